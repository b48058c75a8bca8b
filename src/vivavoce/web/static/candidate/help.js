// @ts-check
import { byId, dialogOf } from "./page.js";
/** @import { Wished } from "./protocol.js" */

/** @typedef {Wished["wish"]} Wish */

/** What a candidate can do besides answering: one sheet, and a dialog before what ends it or needs words. */
export class Help {
  #note = /** @type {HTMLTextAreaElement} */ (byId("note"));
  #sheet = dialogOf("help");
  #isForOne = false;
  #wish;

  /** @param {{ wished(wish: Wish, note?: string): void, left(): void }} tell left: the candidate goes on another time */
  constructor({ wished, left }) {
    this.#wish = wished;
    document.addEventListener("click", ({ target }) => this.#press(target instanceof Element ? target.closest("[data-wish]") : null));
    byId("help-open").addEventListener("click", () => this.open());
    byId("help-close").addEventListener("click", () => this.#sheet.close());
    this.#sheet.addEventListener("click", ({ target }) => target === this.#sheet && this.#sheet.close()); // beside it
    byId("answers").addEventListener("reset", () => this.edited());
    byId("leave").addEventListener("click", () => left());
    byId("ending").addEventListener("submit", (event) => isMeant(event) && this.#ask("end"));
    byId("trouble").addEventListener("submit", (event) => isMeant(event) && this.#ask("trouble", this.#takeNote()));
  }

  /** @param {boolean} [isForOne] whether it has done its work once an answer is edited */
  open(isForOne = false) {
    this.#isForOne = isForOne;
    this.#sheet.showModal();
  }

  /** An answer was edited, or stays as it was after all. */
  edited() {
    if (this.#isForOne) this.close();
  }

  /** Nothing of it stays open where the conversation goes on. The dialogs first: they give the focus back. */
  close() {
    for (const id of ["ending", "trouble", "help"]) if (dialogOf(id).open) dialogOf(id).close();
  }

  /** @param {Element | null} button */
  #press(button) {
    if (!(button instanceof HTMLElement)) return;
    const { wish, opens } = button.dataset;
    if (opens) {
      this.#sheet.close();
      return dialogOf(opens).showModal();
    }
    this.#ask(/** @type {Wish} */ (wish));
  }

  #takeNote() {
    const note = this.#note.value.trim();
    this.#note.value = "";
    return note;
  }

  /**
   * @param {Wish} wish
   * @param {string} [note]
   */
  #ask(wish, note) {
    this.close();
    this.#wish(wish, note);
  }
}

/**
 * By the press itself: a dialog's close event comes late.
 * @param {SubmitEvent} event
 */
function isMeant({ submitter }) {
  return submitter instanceof HTMLButtonElement && submitter.value === "yes";
}
