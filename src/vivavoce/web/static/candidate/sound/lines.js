// @ts-check
/** @import { Mouth, Voiced } from "../protocol.js" */

const PATIENCE_MS = 9_000; // the server waits 8 s for a line that is being spoken

const AUDIBLE = 0.001; // of full, -60 dB
const BREATH = 0.02; // seconds before it: words begin softly

/**
 * begin: in seconds, where the first word is. Voices lay a third of a second of silence before it, for which nobody waits.
 * @typedef {{ buffer: AudioBuffer, begin: number, marks: Mouth["marks"] }} Sound
 */

/** The sounds of lines, fetched ahead of the moment when they are played. */
export class Lines {
  /** @type {Map<string, Promise<Sound | null>>} */
  #under = new Map();
  /** @type {Set<string>} addresses that came to nothing */
  #barren = new Set();
  #world;

  /** @param {AudioContext} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * Begins to fetch what will be said; what was fetched before and is not among it goes, and what came to nothing is
   * tried again.
   * @param {Partial<Voiced>[]} lines
   */
  expect(lines) {
    const wanted = new Set(lines.map(({ audio }) => audio));
    for (const audio of this.#under.keys()) if (!wanted.has(audio) || this.#barren.has(audio)) this.#under.delete(audio);
    this.#barren.clear();
    for (const words of lines) void this.find(words);
  }

  /**
   * The line's sound; null where there is none.
   * @param {Partial<Voiced>} words
   * @returns {Promise<Sound | null>}
   */
  find({ audio, mouth }) {
    if (!audio) return Promise.resolve(null);
    const sound = this.#under.get(audio) ?? this.#fetch(audio, mouth ?? null).catch(() => null);
    this.#under.set(audio, sound);
    void sound.then((loaded) => loaded || this.#barren.add(audio));
    return sound;
  }

  /**
   * @param {string} audio
   * @param {string | null} mouth
   * @returns {Promise<Sound | null>}
   */
  async #fetch(audio, mouth) {
    const signal = AbortSignal.timeout?.(PATIENCE_MS) ?? null;
    const answer = await fetch(audio, { signal });
    if (!answer.ok) return null;
    const [buffer, marks] = await Promise.all([answer.arrayBuffer().then((wav) => this.#world.decodeAudioData(wav)), mouth ? fetchMarks(mouth, signal) : []]);
    return { buffer, begin: beginOf(buffer), marks };
  }
}

/** @param {AudioBuffer} buffer */
function beginOf(buffer) {
  const first = buffer.getChannelData(0).findIndex((sample) => Math.abs(sample) > AUDIBLE);
  return Math.max(0, first / buffer.sampleRate - BREATH);
}

/**
 * @param {string} address
 * @param {AbortSignal | null} signal
 * @returns {Promise<Mouth["marks"]>}
 */
async function fetchMarks(address, signal) {
  const answer = await fetch(address, { signal }).catch(() => null);
  if (!answer?.ok) return [];
  return (await answer.json().catch(() => ({}))).marks ?? [];
}
