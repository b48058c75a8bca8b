// @ts-check

import { openDatabase } from "../database.js";

const DATABASE = "vivavoce-sound";
const STORE = "frames";
const PATIENCE_MS = 1_500; // as the shelf's

/** Frames on the device, so that they outlive a reload. Where the browser keeps nothing, all of it does nothing. */
export class FrameStore {
  /** @type {Map<number, ArrayBuffer>} */
  #unwritten = new Map();
  #first = 0; // all before it may go
  #isDirty = false;
  #isAnew = false;
  #isWriting = false;
  #writing = Promise.resolve();
  #database;
  #attempt;

  /**
   * @param {IDBDatabase | null} database
   * @param {string} attempt its id
   */
  constructor(database, attempt) {
    this.#database = database;
    this.#attempt = attempt;
    if (database) database.onversionchange = database.onclose = () => (this.#database = null);
  }

  /**
   * What was left, one run of numbers; null where the browser keeps nothing.
   * @returns {Promise<{ first: number, frames: ArrayBuffer[] } | null>}
   */
  async read() {
    const left = this.#database && (await readAll(this.#database, this.#attempt).catch(() => null));
    if (!left) return null;
    const [first] = left[0] ?? [0];
    const end = left.findIndex(([number, frame], at) => number !== first + at || frame.byteLength !== left[0]?.[1].byteLength);
    return { first, frames: left.slice(0, end < 0 ? left.length : end).map(([, frame]) => frame) };
  }

  /**
   * @param {number} number
   * @param {ArrayBuffer} frame
   */
  put(number, frame) {
    this.#unwritten.set(number, frame);
    this.#begin();
  }

  /** @param {number} number */
  dropBefore(number) {
    this.#first = number;
    for (const unwritten of this.#unwritten.keys()) if (unwritten < number) this.#unwritten.delete(unwritten);
    this.#isDirty = true;
    this.#begin();
  }

  /**
   * These, and no others.
   * @param {number} first
   * @param {ArrayBuffer[]} frames
   */
  replace(first, frames) {
    this.#first = first;
    this.#unwritten = new Map(frames.map((frame, at) => [first + at, frame]));
    this.#isDirty = this.#isAnew = true;
    this.#begin();
  }

  /** Done when all of it is written, or can't be. */
  settle() {
    return this.#writing;
  }

  #begin() {
    if (!this.#isWriting && this.#database) this.#writing = this.#write();
  }

  /** One transaction after the other; what comes meanwhile goes into the next one. */
  async #write() {
    this.#isWriting = true;
    while (this.#database && (this.#isDirty || this.#unwritten.size)) await this.#writeOnce(this.#database);
    this.#isWriting = false;
  }

  /** @param {IDBDatabase} database */
  async #writeOnce(database) {
    const frames = [...this.#unwritten];
    const range = IDBKeyRange.bound([this.#attempt, -1], [this.#attempt, this.#isAnew ? Infinity : this.#first - 1]);
    this.#unwritten = new Map();
    this.#isDirty = this.#isAnew = false;
    const isWritten = await new Promise((resolve) => {
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      store.delete(range);
      for (const [number, frame] of frames) store.put(frame, [this.#attempt, number]);
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    }).catch(() => false);
    if (!isWritten) this.#database = null; // no room: the memory is all there is
  }
}

/**
 * @param {string} attempt its id
 * @returns {Promise<FrameStore>}
 */
export async function openFrameStore(attempt) {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  return new FrameStore(await Promise.race([openDatabase(DATABASE, STORE).catch(() => null), late]), attempt);
}

/**
 * @param {IDBDatabase} database
 * @param {string} attempt
 * @returns {Promise<[number, ArrayBuffer][]>} by number
 */
function readAll(database, attempt) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE);
    const range = IDBKeyRange.bound([attempt, 0], [attempt, Infinity]);
    const keys = transaction.objectStore(STORE).getAllKeys(range);
    const frames = transaction.objectStore(STORE).getAll(range);
    transaction.oncomplete = () => resolve(keys.result.map((key, at) => [Number(/** @type {IDBValidKey[]} */ (key)[1]), frames.result[at]]));
    transaction.onabort = () => reject(transaction.error);
  });
}
