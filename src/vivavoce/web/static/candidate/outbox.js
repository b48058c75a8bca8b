// @ts-check
/** @import { Kept } from "./protocol.js" */
/** @import { Shelf } from "./shelf.js" */

/** What was sent and has no receipt yet. It outlives a reload, so that it is sent again under the same key. */
export class Outbox {
  #shelf;

  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /**
   * True when it outlives a reload.
   * @param {Kept} message
   */
  put(message) {
    return this.#shelf.put(`sent:${message.key}`, JSON.stringify(message));
  }

  /** @param {string} key */
  take(key) {
    const message = this.all().find((kept) => kept.key === key) ?? null;
    this.#shelf.remove(`sent:${key}`);
    return message;
  }

  clear() {
    for (const { key } of this.all()) this.take(key);
  }

  /** @returns {Kept[]} answers in the order of their questions, then the handing in */
  all() {
    const names = this.#shelf.names().filter((name) => name.startsWith("sent:"));
    /** @param {Kept} message */
    const place = (message) => (message.kind === "answer" ? message.number : Infinity);
    return names
      .map((name) => /** @type {Kept} */ (JSON.parse(this.#shelf.get(name) ?? "null")))
      .filter((message) => message !== null)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }
}

/** A random UUID; `crypto.randomUUID` stands only in secure contexts, and a first trial may run on plain HTTP. */
export function newKey() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
