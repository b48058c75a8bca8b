// @ts-check

import { openDatabase } from "./database.js";

const DATABASE = "vivavoce";
const STORE = "shelf";
const PATIENCE_MS = 1_500; // some browsers take forever to open a database; the interview does not wait for that

/** @typedef {[name: string, text: string | null]} Change null: taken away */

/**
 * Small texts that belong to one attempt, kept on the device in IndexedDB. They are read from memory, so that nothing
 * waits, and written at once. Where the browser keeps nothing, and until it does, the memory is all there is.
 */
export class Shelf {
  /** @type {Map<string, string>} */
  #memory = new Map();
  /** @type {Map<string, string | null>} */
  #unwritten = new Map();
  /** @type {IDBDatabase | null} */
  #database = null;
  #isFull = false;
  /** The last write. @type {Promise<boolean>} */
  #writing = Promise.resolve(true);
  #attempt;

  /** @param {string} attempt its id */
  constructor(attempt) {
    this.#attempt = attempt;
  }

  /**
   * Done when the shelf can be read, after PATIENCE_MS at the latest; what the device keeps may come after that.
   * @param {() => void} cameLate
   */
  async open(cameLate) {
    let isLate = false;
    const opening = this.#open().then(() => isLate && cameLate(), () => {});
    await Promise.race([opening, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    isLate = true;
  }

  /** Done when all that was put here is written, or can't be. */
  settle() {
    return this.#writing;
  }

  /** Whether the texts outlive a reload. */
  get isLasting() {
    return this.#database !== null && !this.#isFull;
  }

  /** Reads again what the device keeps, where another tab may have written. */
  async refresh() {
    if (!this.#database) return;
    const kept = await readAll(this.#database, this.#attempt).catch(() => null);
    if (kept) this.#memory = kept;
  }

  /**
   * True, a moment later, when the text outlives a reload.
   * @param {string} name
   * @param {string} text
   */
  put(name, text) {
    this.#memory.set(name, text);
    return this.#write([[name, text]]);
  }

  /**
   * @param {string} name
   * @returns {string | null}
   */
  get(name) {
    return this.#memory.get(name) ?? null;
  }

  /** @param {string[]} names */
  remove(...names) {
    for (const name of names) this.#memory.delete(name);
    void this.#write(names.map((name) => [name, null]));
  }

  /** @returns {string[]} the names on the shelf */
  names() {
    return [...this.#memory.keys()];
  }

  async #open() {
    const database = await openDatabase(DATABASE, STORE);
    const kept = await readAll(database, this.#attempt);
    for (const [name, text] of kept) if (!this.#memory.has(name) && !this.#unwritten.has(name)) this.#memory.set(name, text);
    this.#database = database;
    database.onversionchange = database.onclose = () => {
      database.close();
      this.#database = null;
    };
    void this.#write([...this.#unwritten]);
    this.#unwritten.clear();
    await this.#takeOver();
  }

  /** What earlier versions of this page kept in localStorage. */
  async #takeOver() {
    const prefix = `vivavoce:${this.#attempt}:`;
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith(prefix))) {
      const name = key.slice(prefix.length);
      if (this.#memory.has(name) || (await this.put(name, localStorage.getItem(key) ?? ""))) localStorage.removeItem(key);
    }
  }

  /**
   * @param {Change[]} changes
   * @returns {Promise<boolean>}
   */
  #write(changes) {
    this.#writing = this.#tryToWrite(changes);
    return this.#writing;
  }

  /** @param {Change[]} changes */
  async #tryToWrite(changes) {
    if (!this.#database) {
      for (const [name, text] of changes) this.#unwritten.set(name, text);
      return false;
    }
    if (changes.length) this.#isFull = !(await writeAll(this.#database, this.#attempt, changes).catch(() => false));
    return !this.#isFull;
  }
}

/**
 * @param {IDBDatabase} database
 * @param {string} attempt
 * @returns {Promise<Map<string, string>>}
 */
function readAll(database, attempt) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE);
    const range = IDBKeyRange.bound([attempt], [attempt, []]); // a list comes after every text
    const keys = transaction.objectStore(STORE).getAllKeys(range);
    const texts = transaction.objectStore(STORE).getAll(range);
    transaction.oncomplete = () => resolve(new Map(keys.result.map((key, index) => [/** @type {string[]} */ (key)[1] ?? "", texts.result[index]])));
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * True when it is written; false when there is no room.
 * @param {IDBDatabase} database
 * @param {string} attempt
 * @param {Change[]} changes
 * @returns {Promise<boolean>}
 */
function writeAll(database, attempt, changes) {
  return new Promise((resolve) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    for (const [name, text] of changes) text === null ? store.delete([attempt, name]) : store.put(text, [attempt, name]);
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => resolve(false);
  });
}
