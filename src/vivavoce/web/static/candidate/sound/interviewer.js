// @ts-check
import { newKey } from "../outbox.js";
import { byId } from "../page.js";
import { Captions } from "./captions.js";
import { soundWorld } from "./context.js";
import { Mouth } from "./mouth.js";
import { Playout } from "./playout.js";
/** @import { Line } from "../line.js" */
/** @import { Played, PlayedLine, Scene, Voiced, Words } from "../protocol.js" */
/** @import { Shelf } from "../shelf.js" */
/** @import { Moment } from "./players.js" */
/** @import { Heard, PlayedStretch } from "./playout.js" */

/** What was said last: where the conversation stood, and the words beside the question. */
/** @typedef {{ place: string, said: string }} Last */

const MOST_LINES = 64; // in one message
const AGAIN = ["repeat", "rephrase"];

/**
 * The interviewer's side of the sound: which lines of a scene are said, and what the server is told of it. What was
 * said stays said: a page that comes back does not say it again.
 */
export class Interviewer {
  #shelf;
  #line;
  #nextFrame;
  #isAloud;
  #playout;

  /**
   * nextFrame: of the microphone; null where it is closed. moment: of its sound. isAloud: sound is wanted, and the
   * browser lets us.
   * @param {{ shelf: Shelf, line: Line, nextFrame(): number | null, moment(): Moment, isAloud(): boolean, changed(): void }} parts
   */
  constructor({ shelf, line, nextFrame, moment, isAloud, changed }) {
    this.#shelf = shelf;
    this.#isAloud = isAloud;
    this.#line = line;
    this.#nextFrame = nextFrame;
    this.#playout = new Playout({ captions: new Captions(byId("caption")), mouth: new Mouth(byId("interviewer")), moment, changed });
  }

  get state() {
    return this.#playout.state;
  }

  /**
   * Says what is new in the scene.
   * @param {Scene} scene
   * @param {{ isArrival: boolean, wish: string | null }} why isArrival: nothing happened, the page came (back). wish: what was asked for by button
   */
  enter(scene, { isArrival, wish }) {
    const lines = this.#newLines(scene, isArrival, wish ?? scene.heard);
    if (!lines.length) return;
    void this.#say(lines, scene.number, scene.phase === "asking" || scene.phase === "instruction" ? lastOf(scene) : null, scene);
  }

  /**
   * A word beside the scene: nobody has spoken yet.
   * @param {Words} words
   * @param {number} number
   */
  prompt(words, number) {
    void this.#say([words], number, null, null);
  }

  /** A word beside the scene that is shown and not said: the turn is open again at once. @param {number} number */
  passOver(number) {
    this.#line.send(this.#toPlayed({ seconds: 0, ofSeconds: 0, isInterrupted: false, how: "text", lines: [] }, number));
  }

  /** On to the question. */
  skip() {
    this.#playout.skip();
  }

  /** What is probably said next is fetched now. @param {Voiced[]} sounds */
  expect(sounds) {
    const world = this.#isAloud() ? soundWorld() : null;
    if (world) this.#playout.expect(world, sounds);
  }

  /** At once: the candidate speaks, or has gone. */
  stop() {
    this.#playout.stop();
  }

  pause() {
    this.#playout.pause();
  }

  resume() {
    this.#playout.resume();
  }

  /** The turn is heard anew, and its words were said before: it is open. @param {number} number */
  tellAgain(number) {
    const played = this.#shelf.get(`played:${number}`);
    if (this.state !== "silent" || !played) return;
    this.#line.send(this.#withFrame(JSON.parse(played)));
  }

  forgetAll() {
    this.stop();
    this.#shelf.remove("said", ...this.#shelf.names().filter((name) => name.startsWith("played:")));
  }

  /**
   * @param {Scene} scene
   * @param {boolean} isArrival
   * @param {string | null} wish
   * @returns {Words[]}
   */
  #newLines(scene, isArrival, wish) {
    const last = /** @type {Last | null} */ (JSON.parse(this.#shelf.get("said") ?? "null"));
    const { place, said } = lastOf(scene);
    const beside = scene.said;
    if (last?.place !== place) return all(scene);
    if (isArrival) return last.said === said ? [] : beside;
    if (scene.question && AGAIN.includes(wish ?? "")) return [...beside, scene.question];
    return last.said === said && !wish ? [] : beside;
  }

  /**
   * @param {Words[]} lines
   * @param {number} number of the turn
   * @param {Last | null} last
   * @param {Scene | null} scene
   */
  async #say(lines, number, last, scene) {
    const heard = await this.#playout.say(this.#isAloud() ? soundWorld() : null, lines);
    if (last) void this.#shelf.put("said", JSON.stringify(last));
    else if (scene) void this.#shelf.put("said", JSON.stringify(lastOf(scene)));
    if (scene && !last) return; // after the last question nothing waits for it
    const played = this.#toPlayed(heard, number);
    if (scene?.phase !== "instruction") void this.#shelf.put(`played:${number}`, JSON.stringify(played));
    this.#line.send(played);
  }

  /**
   * @param {Heard} heard
   * @param {number} number
   * @returns {Played}
   */
  #toPlayed({ seconds, ofSeconds, isInterrupted, how, lines }, number) {
    return this.#withFrame({
      kind: "played",
      key: newKey(),
      number,
      seconds: round(Math.min(seconds, ofSeconds)),
      of_seconds: round(ofSeconds),
      ...(isInterrupted ? { is_interrupted: true } : {}),
      how,
      ...(lines.length ? { lines: lines.slice(0, MOST_LINES).map(toLine) } : {}),
    });
  }

  /** @param {Played} played */
  #withFrame(played) {
    const frame = this.#nextFrame();
    return frame === null ? played : { ...played, frame };
  }
}

/** @param {Scene} scene @returns {Words[]} */
function all({ phase, instruction, said, found, question, thanks }) {
  if (phase === "instruction") return instruction ? [instruction] : [];
  if (phase === "submitted") return thanks ? [...said, thanks] : said;
  return [...said, ...(found ? [found] : []), ...(question ? [question] : [])];
}

/** @param {Scene} scene @returns {Last} */
function lastOf({ phase, number, question, said }) {
  return { place: `${phase} ${number} ${question?.text ?? ""}`, said: said.map(({ text }) => text).join("\n") };
}

/** @param {PlayedStretch} stretch @returns {PlayedLine} */
function toLine({ line, begin, seconds, at, until, isRecorded }) {
  return { line, begin: round(begin), seconds: round(seconds), at: at === null ? null : round(at), until: until === null ? null : round(until), is_recorded: isRecorded };
}

/** @param {number} seconds */
function round(seconds) {
  return Math.round(seconds * 100) / 100;
}
