// @ts-check
import { openDatabase } from "../database.js";

const DATABASE = "vivavoce-camera";
const STORE = "parts";
const PATIENCE_MS = 1_500; // as the shelf's
const MOST_KEPT = 150 * 1024 * 1024; // bytes: forty minutes without any server
const MOST_IN_MEMORY = 30 * 1024 * 1024; // where the browser keeps nothing

/**
 * A part of a take. at: seconds of the attempt's sound where the take begins. digest: SHA-256, in base64.
 * @typedef {{ take: string, number: number, at: number, index: number, content: ArrayBuffer, digest: string }} Part
 */

/** Parts that no server has yet, in their order, on the device: they outlive a reload. */
export class Parts {
  /** Those that are kept: their places and sizes, and, where the device keeps nothing, themselves. @type {{ place: number, size: number, part: Part | null }[]} */
  #kept = [];
  #next = 0;
  #size = 0;
  #database;
  #attempt;

  /**
   * @param {string} attempt its id
   * @param {IDBDatabase | null} database
   */
  constructor(attempt, database) {
    this.#attempt = attempt;
    this.#database = database;
    if (database) database.onversionchange = database.onclose = () => (this.#database = null);
  }

  /** @param {string} attempt */
  static async open(attempt) {
    const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    const parts = new Parts(attempt, await Promise.race([openDatabase(DATABASE, STORE).catch(() => null), late]));
    await parts.#list().catch(() => (parts.#database = null));
    return parts;
  }

  /** Whether no more may be recorded: what is kept must go out first. */
  get isFull() {
    return this.#size >= (this.#database ? MOST_KEPT : MOST_IN_MEMORY);
  }

  get count() {
    return this.#kept.length;
  }

  /** @param {Part} part */
  async put(part) {
    const place = this.#next++;
    const isWritten = await this.#write((store) => store.put(part, [this.#attempt, place]));
    this.#kept.push({ place, size: part.content.byteLength, part: isWritten ? null : part });
    this.#size += part.content.byteLength;
  }

  /** The one that goes out next; null: there is none. @returns {Promise<Part | null>} */
  async first() {
    const [first] = this.#kept;
    if (!first) return null;
    const part = first.part ?? (await this.#read(first.place));
    if (part) return part;
    await this.dropFirst();
    return this.first();
  }

  /** It has its receipt, or will never have one. */
  async dropFirst() {
    const first = this.#kept.shift();
    if (!first) return;
    this.#size -= first.size;
    await this.#write((store) => store.delete([this.#attempt, first.place]));
  }

  async #list() {
    const database = this.#database;
    if (!database) return;
    await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE);
      const range = IDBKeyRange.bound([this.#attempt, 0], [this.#attempt, Infinity]);
      const request = transaction.objectStore(STORE).openCursor(range);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        const place = Number(/** @type {IDBValidKey[]} */ (cursor.key)[1]);
        this.#kept.push({ place, size: cursor.value.content.byteLength, part: null });
        this.#size += cursor.value.content.byteLength;
        this.#next = place + 1;
        cursor.continue();
      };
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @param {number} place @returns {Promise<Part | null>} */
  async #read(place) {
    const database = this.#database;
    if (!database) return null;
    const request = database.transaction(STORE).objectStore(STORE).get([this.#attempt, place]);
    return new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result ?? null);
      request.onerror = () => resolve(null);
    });
  }

  /** @param {(store: IDBObjectStore) => void} change */
  async #write(change) {
    const database = this.#database;
    if (!database) return false;
    return new Promise((resolve) => {
      const transaction = database.transaction(STORE, "readwrite");
      change(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false); // no room: the memory is all there is
    }).catch(() => false);
  }
}
