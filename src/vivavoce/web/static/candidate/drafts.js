// @ts-check
/** @import { Draft } from "./protocol.js" */
/** @import { Shelf } from "./shelf.js" */

export const MOST_CHARACTERS = 20_000; // the server takes no more
const TELL_EVERY_MS = 3_000;

/**
 * What was written or chosen and is not an answer yet, a turn at a time: on the device with each key that is pressed,
 * and at the server a little behind, so that another device can go on with it.
 */
export class Drafts {
  /** What the server does not have yet. @type {Draft | null} */
  #untold = null;
  /** What it was told last, until it says that it is kept. @type {Draft | null} */
  #told = null;
  #toldAt = 0;
  #timer = 0;
  #shelf;
  #tell;

  /**
   * @param {Shelf} shelf
   * @param {(draft: Draft) => boolean} tell true when it went out
   */
  constructor(shelf, tell) {
    this.#shelf = shelf;
    this.#tell = tell;
  }

  /**
   * True, a moment later, when the draft outlives a reload.
   * @param {number} number of the turn
   * @param {string} text
   */
  keep(number, text) {
    this.#untold = text.length > MOST_CHARACTERS ? null : { kind: "draft", number, text };
    this.#timer ||= setTimeout(() => this.tellNow(), Math.max(0, this.#toldAt + TELL_EVERY_MS - Date.now()));
    return this.#shelf.put(`draft:${number}`, text);
  }

  /** Tells the server what it does not have: the page is about to be left, or the line is back. */
  tellNow() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#untold || !this.#tell(this.#untold)) return;
    this.#told = this.#untold;
    this.#untold = null;
    this.#toldAt = Date.now();
  }

  /** What is written has become an answer. */
  drop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#untold = null;
  }

  /**
   * The server has the draft of this turn.
   * @param {number} number
   */
  told(number) {
    if (this.#told?.number === number) void this.#shelf.put(`told:${number}`, this.#told.text);
  }

  /**
   * The draft of this device; the server's where there is none, or where ours was told and another device went on.
   * @param {number} number
   * @param {{ number: number, text: string } | null} theirs
   */
  read(number, theirs = null) {
    const own = this.#shelf.get(`draft:${number}`);
    const isOursOld = own === null || own === this.#shelf.get(`told:${number}`);
    return theirs?.number === number && isOursOld ? theirs.text : (own ?? "");
  }

  /**
   * What was sent as an answer and understood as something else, so that it can still become the answer.
   * @param {number} number
   * @param {string} text
   */
  hold(number, text) {
    void this.#shelf.put(`held:${number}`, text);
  }

  /** @param {number} number */
  held(number) {
    return this.#shelf.get(`held:${number}`);
  }

  /**
   * The turn is over.
   * @param {number} number
   */
  forget(number) {
    this.#shelf.remove(`draft:${number}`, `told:${number}`, `held:${number}`);
  }

  forgetAll() {
    this.drop();
    this.#shelf.remove(...this.#shelf.names().filter((name) => /^(draft|told|held):/.test(name)));
  }
}
