// @ts-check
/** @import { Shelf } from "./shelf.js" */

/** What was written or chosen and not yet saved by the server, a question at a time. */
export class Drafts {
  #shelf;

  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /**
   * True when the draft outlives a reload.
   * @param {number} number of the question
   * @param {string} text
   */
  keep(number, text) {
    return this.#shelf.put(`draft:${number}`, text);
  }

  /** @param {number} number */
  read(number) {
    return this.#shelf.get(`draft:${number}`) ?? "";
  }

  /** @param {number} number */
  forget(number) {
    this.#shelf.remove(`draft:${number}`);
  }

  forgetAll() {
    for (const name of this.#shelf.names()) if (name.startsWith("draft:")) this.#shelf.remove(name);
  }
}
