// @ts-check
/** @import { Words } from "../protocol.js" */
/** @import { Sound } from "./lines.js" */

/**
 * Says one line. seconds: how long it is; position: so much of it has been heard. done: at its end, or when it was
 * stopped; false when it could not be said at all. stretches: of our own sound, what was heard without a break.
 * @typedef {{ how: "sound" | "browser" | "text", seconds: number, position: number, done: Promise<boolean>, stretches?: Stretch[], stop(): void, pause(): void, resume(): void }} Player
 */

/**
 * Where the microphone's sound stands. at: seconds of it; begun: where it stood when this page came to it; both null
 * where that is not known. isRecorded: it goes on.
 * @typedef {{ at: number | null, begun: number | null, isRecorded: boolean }} Moment
 */

/**
 * begin, seconds: of the line's sound. at, until: where the microphone's stood meanwhile, null where that is not known.
 * @typedef {{ begin: number, seconds: number, at: number | null, until: number | null, isRecorded: boolean }} Stretch
 */

const CAPTURE = 0.02; // seconds from a sound to when the microphone's page has it, in pieces of 20 ms

const CHARACTERS_A_SECOND = 15; // of speech, and of reading without haste
const LEAST_READING = 1.5; // seconds
const MOST_READING = 12;
const STARTS_WITHIN_MS = 3_000; // a browser's voice that says nothing for so long says nothing at all
const VOICES_WITHIN_MS = 400;

/**
 * Through the page's world of sound, which is the clock.
 * @param {AudioContext} world
 * @param {AudioNode} into
 * @param {Sound} sound
 * @param {() => Moment} moment
 * @returns {Player}
 */
export function playSound(world, into, { buffer, begin }, moment) {
  /** @type {AudioBufferSourceNode | null} */
  let source = null;
  let offset = begin;
  let startedAt = 0;
  let finish = (/** @type {boolean} */ _isSaid) => {};
  /** @type {Promise<boolean>} */
  const done = new Promise((resolve) => (finish = resolve));

  /** @type {Stretch[]} */
  const stretches = [];
  let started = moment();
  let startedWith = 0; // the latency

  /** What is on its way to the ear, in seconds. */
  function latency() {
    return world.outputLatency || world.baseLatency || 0;
  }

  function position() {
    if (!source) return offset;
    return Math.max(offset, Math.min(buffer.duration, offset + world.currentTime - startedAt - latency()));
  }

  /**
   * It was heard from `offset` up to here.
   * @param {number} end seconds of the line
   * @param {number} late seconds until it is really at the ear
   */
  function note(end, late) {
    const ended = moment();
    if (end <= offset) return;
    const at = started.isRecorded && started.at !== null ? started.at + CAPTURE + startedWith : (started.at ?? ended.begun);
    const until = ended.isRecorded && ended.at !== null ? ended.at + CAPTURE + late : ended.at;
    stretches.push({ begin: offset, seconds: end - offset, at, until, isRecorded: started.isRecorded });
  }

  function resume() {
    if (source) return;
    source = world.createBufferSource();
    source.buffer = buffer;
    source.connect(into);
    source.onended = () => {
      note(buffer.duration, latency());
      offset = buffer.duration;
      source = null;
      finish(true);
    };
    startedAt = world.currentTime;
    started = moment();
    startedWith = latency();
    source.start(0, offset);
  }

  function pause() {
    if (!source) return;
    const heard = position();
    note(heard, 0);
    offset = heard;
    source.onended = null;
    source.stop();
    source.disconnect();
    source = null;
  }

  function stop() {
    pause();
    finish(true);
  }

  resume();
  return {
    how: "sound",
    seconds: buffer.duration,
    get position() {
      return position();
    },
    done,
    stretches,
    stop,
    pause,
    resume,
  };
}

/**
 * By the browser's own voice; null where it has none for this language.
 * @param {Words} words
 * @returns {Promise<Player | null>}
 */
export async function playByBrowser(words) {
  const voice = await findVoice(words.lang);
  if (!voice) return null;
  const utterance = new SpeechSynthesisUtterance(words.text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  const seconds = secondsOf(words.text);
  let finish = (/** @type {boolean} */ _isSaid) => {};
  /** @type {Promise<boolean>} */
  const done = new Promise((resolve) => (finish = resolve));
  let clock = newClock();
  let isOver = false;
  const late = setTimeout(() => end(false), STARTS_WITHIN_MS);

  /** @param {boolean} isSaid */
  function end(isSaid) {
    isOver = true;
    clearTimeout(late);
    clock.stop();
    speechSynthesis.cancel();
    finish(isSaid);
  }

  utterance.onstart = () => {
    clearTimeout(late);
    clock.start();
  };
  utterance.onend = () => !isOver && end(true);
  utterance.onerror = () => !isOver && end(clock.seconds > 0);
  speechSynthesis.speak(utterance);
  return {
    how: "browser",
    seconds,
    get position() {
      return clock.seconds;
    },
    done,
    stop: () => end(true),
    pause() {
      clock.stop();
      speechSynthesis.pause();
    },
    resume() {
      clock.start();
      speechSynthesis.resume();
    },
  };
}

/**
 * By nobody: the words stand on the page, and there is time to read them.
 * @param {Words} words
 * @returns {Player}
 */
export function playText({ text }) {
  const seconds = Math.max(LEAST_READING, Math.min(MOST_READING, secondsOf(text)));
  const clock = newClock();
  let timer = 0;
  let finish = (/** @type {boolean} */ _isSaid) => {};
  /** @type {Promise<boolean>} */
  const done = new Promise((resolve) => (finish = resolve));

  function resume() {
    clock.start();
    timer = setTimeout(stop, Math.max(0, seconds - clock.seconds) * 1_000);
  }

  function pause() {
    clock.stop();
    clearTimeout(timer);
  }

  function stop() {
    pause();
    finish(true);
  }

  resume();
  return {
    how: "text",
    seconds,
    get position() {
      return Math.min(seconds, clock.seconds);
    },
    done,
    stop,
    pause,
    resume,
  };
}

/**
 * How long somebody needs to say it, roughly.
 * @param {string} text
 */
export function secondsOf(text) {
  return text.length / CHARACTERS_A_SECOND;
}

function newClock() {
  let ran = 0;
  let since = 0;
  return {
    get seconds() {
      return ran + (since ? (performance.now() - since) / 1_000 : 0);
    },
    start() {
      since ||= performance.now();
    },
    stop() {
      ran = this.seconds;
      since = 0;
    },
  };
}

/** @param {string} lang */
async function findVoice(lang) {
  if (!("speechSynthesis" in window)) return null;
  if (!speechSynthesis.getVoices().length) await voicesCome();
  const language = lang.toLowerCase();
  const voices = speechSynthesis.getVoices().filter((voice) => primary(voice.lang) === primary(language));
  return voices.find((voice) => voice.lang.toLowerCase() === language) ?? voices.find((voice) => voice.localService) ?? voices[0] ?? null;
}

/** Some browsers load them when they are first asked for. */
function voicesCome() {
  return new Promise((resolve) => {
    setTimeout(resolve, VOICES_WITHIN_MS);
    speechSynthesis.addEventListener?.("voiceschanged", resolve, { once: true });
  });
}

/** @param {string} lang */
function primary(lang) {
  return lang.toLowerCase().split(/[-_]/)[0];
}
