// @ts-check
import { Lines } from "./lines.js";
import { playByBrowser, playSound, playText, secondsOf } from "./players.js";
/** @import { Voiced, Words } from "../protocol.js" */
/** @import { Captions } from "./captions.js" */
/** @import { Sound } from "./lines.js" */
/** @import { Mouth } from "./mouth.js" */
/** @import { Moment, Player, Stretch } from "./players.js" */

/**
 * What was really heard. how: of the last line, which is the question. lines: of the sound of ours.
 * @typedef {Stretch & { line: string }} PlayedStretch
 * @typedef {{ seconds: number, ofSeconds: number, isInterrupted: boolean, how: Player["how"], lines: PlayedStretch[] }} Heard
 */

const KEY = /([0-9a-f]{40})\.wav$/; // of a line's sound, in its address
const BETWEEN_MS = 250; // two lines

/** Says the interviewer's lines, one after the other; the browser has the clock. */
export class Playout {
  /** @type {Player | null} */
  #player = null;
  #isPaused = false;
  #isComing = false; // something is still to be said
  #hasBegun = false; // and something of it has been
  #left = 0; // lines after the one that is said
  #isSkipping = false; // on to the last one
  /** Counts what is said: whoever is not the latest has been stopped. */
  #turn = 0;
  /** @type {Lines | null} */
  #lines = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;
  #captions;
  #mouth;
  #moment;
  #changed;

  /**
   * moment: where the microphone's sound stands. changed: `state` is another one.
   * @param {{ captions: Captions, mouth: Mouth, moment(): Moment, changed(): void }} parts
   */
  constructor({ captions, mouth, moment, changed }) {
    this.#moment = moment;
    this.#captions = captions;
    this.#mouth = mouth;
    this.#changed = changed;
  }

  /** coming: the sound is under way. reading: nobody says it, and there is time to read. @returns {"silent" | "coming" | "speaking" | "reading" | "paused"} */
  get state() {
    if (!this.#player) return !this.#isComing ? "silent" : this.#hasBegun ? "speaking" : "coming";
    if (this.#isPaused) return "paused";
    return this.#player.how === "text" ? "reading" : "speaking";
  }

  /**
   * Begins to fetch.
   * @param {AudioContext} world
   * @param {Partial<Voiced>[]} lines
   */
  expect(world, lines) {
    this.#lines ??= new Lines(world);
    this.#lines.expect(lines);
  }

  /**
   * Done at the end of the last line, or when it is stopped.
   * @param {AudioContext | null} world null: no sound is wanted, or there is none: the lines are read
   * @param {Words[]} lines
   * @returns {Promise<Heard>}
   */
  async say(world, lines) {
    this.stop();
    const turn = ++this.#turn;
    /** @type {Heard} */
    const heard = { seconds: 0, ofSeconds: 0, isInterrupted: false, how: "text", lines: [] };
    if (world) this.expect(world, lines);
    this.#isComing = true;
    this.#hasBegun = false;
    for (const [at, words] of lines.entries()) {
      this.#left = lines.length - at - 1;
      this.#isSkipping &&= this.#left > 0;
      if (this.#isSkipping) {
        heard.ofSeconds += secondsOf(words.text);
        continue;
      }
      const sound = world && (await this.#lines?.find(words));
      if (turn === this.#turn && !this.#isSkipping) await this.#sayOne(turn, world, words, sound ?? null, heard);
      if (turn !== this.#turn) return { ...heard, isInterrupted: true, ofSeconds: heard.ofSeconds + sum(lines.slice(at + 1)) };
      if (at + 1 < lines.length && heard.how !== "text" && !this.#isSkipping) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
    this.#isComing = false;
    this.#mouth.leave();
    this.#changed();
    return heard;
  }

  /** On to the last line, which is the question: what leads to it stands on the page, and is not waited for. */
  skip() {
    if (!this.#isComing || !this.#left) return;
    this.#isSkipping = true;
    this.#isPaused = false;
    this.#player?.stop();
  }

  /** At once. */
  stop() {
    this.#turn++;
    this.#isSkipping = false;
    this.#isPaused = this.#isComing = false;
    this.#player?.stop();
    this.#mouth.leave();
    this.#changed();
  }

  pause() {
    if (!this.#player || this.#isPaused) return;
    this.#isPaused = true;
    this.#player.pause();
    this.#mouth.leave();
    this.#changed();
  }

  resume() {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#player?.resume();
    this.#changed();
  }

  /**
   * @param {number} turn
   * @param {AudioContext | null} world
   * @param {Words} words
   * @param {Sound | null} sound
   * @param {Heard} heard is added to
   */
  async #sayOne(turn, world, words, sound, heard) {
    let player = await this.#begin(world, words, sound);
    if (turn !== this.#turn) return player.stop();
    let isSaid = await this.#follow(player, words, sound);
    if (!isSaid && turn === this.#turn && !this.#isSkipping) {
      player = playText(words);
      isSaid = await this.#follow(player, words, null);
    }
    const isWhole = turn === this.#turn && !this.#isSkipping;
    heard.how = player.how;
    const line = KEY.exec(words.audio ?? "")?.[1] ?? "";
    if (line) heard.lines.push(...(player.stretches ?? []).map((stretch) => ({ line, ...stretch })));
    heard.seconds += isWhole && player.how === "sound" ? player.seconds : player.position;
    heard.ofSeconds += isWhole ? Math.max(player.how === "browser" ? player.position : player.seconds, 0) : Math.max(player.seconds, player.position);
  }

  /**
   * @param {AudioContext | null} world
   * @param {Words} words
   * @param {Sound | null} sound
   */
  async #begin(world, words, sound) {
    if (world && sound) return playSound(world, this.#ear(world), sound, this.#moment);
    return (world && (await playByBrowser(words))) || playText(words);
  }

  /**
   * Shows the line while it is said; whether it was.
   * @param {Player} player
   * @param {Words} words
   * @param {Sound | null} sound
   */
  async #follow(player, words, sound) {
    this.#player = player;
    this.#mouth.leave();
    if (player.how !== "text") this.#captions.begin(words);
    this.#changed();
    const draw = () => {
      if (this.#player !== player) return;
      this.#show(player, sound);
      requestAnimationFrame(draw);
    };
    draw();
    const isSaid = await player.done;
    this.#player = null;
    this.#hasBegun = player.how !== "text";
    if (this.#isComing) this.#mouth.close();
    this.#captions.end();
    this.#changed();
    return isSaid;
  }

  /**
   * @param {Player} player
   * @param {Sound | null} sound
   */
  #show(player, sound) {
    if (this.#isPaused || player.how === "text") return;
    this.#captions.show(player.position / player.seconds);
    if (sound?.marks.length) this.#mouth.follow(sound.marks, player.position);
    else if (sound && this.#analyser) this.#mouth.open(loudnessOf(this.#analyser));
  }

  /** Where sound goes, by way of what measures its loudness. @param {AudioContext} world */
  #ear(world) {
    if (!this.#analyser) {
      this.#analyser = world.createAnalyser();
      this.#analyser.fftSize = 1_024;
      this.#analyser.connect(world.destination);
    }
    return this.#analyser;
  }
}

/** @param {Words[]} lines */
function sum(lines) {
  return lines.reduce((seconds, { text }) => seconds + secondsOf(text), 0);
}

/** @param {AnalyserNode} analyser */
function loudnessOf(analyser) {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((power, sample) => power + sample * sample, 0) / samples.length);
}
