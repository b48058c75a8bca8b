// @ts-check
/** @import { Kept } from "./protocol.js" */
/** @import { Shelf } from "./shelf.js" */

/** @typedef {{ at: number, message: Kept }} Sent at: in milliseconds, to keep their order */

/** What was sent and has no receipt yet. It outlives a reload, so that it is sent again under the same key. */
export class Outbox {
  #shelf;

  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /** @param {Kept} message */
  put(message) {
    const latest = Math.max(0, ...this.#sent().map(({ at }) => at));
    void this.#shelf.put(`sent:${message.key}`, JSON.stringify({ at: Math.max(latest + 1, Date.now()), message }));
  }

  /** @param {string} key */
  take(key) {
    const message = this.all().find((kept) => kept.key === key) ?? null;
    this.#shelf.remove(`sent:${key}`);
    return message;
  }

  clear() {
    this.#shelf.remove(...this.all().map(({ key }) => `sent:${key}`));
  }

  /** @returns {Kept[]} in the order in which they were sent */
  all() {
    return this.#sent().map(({ at, message }) => (message.kind === "noticed" ? { ...message, ago: secondsSince(at) } : message));
  }

  /** @returns {Sent[]} */
  #sent() {
    const names = this.#shelf.names().filter((name) => name.startsWith("sent:"));
    return names.map((name) => readSent(this.#shelf.get(name) ?? "")).sort((a, b) => a.at - b.at);
  }
}

/** @param {number} at */
function secondsSince(at) {
  return Math.max(0, Math.round((Date.now() - at) / 100) / 10);
}

/**
 * @param {string} text
 * @returns {Sent}
 */
function readSent(text) {
  const sent = JSON.parse(text);
  return "message" in sent ? sent : { at: 0, message: sent }; // as earlier versions of this page kept it
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
