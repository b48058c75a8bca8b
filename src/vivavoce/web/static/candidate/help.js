// @ts-check
import { byId, dialogOf } from "./page.js";
/** @import { Wished } from "./protocol.js" */

/** @typedef {Wished["wish"]} Wish */

/** What a candidate can ask for besides answering: a button each, a dialog before what ends it or needs words. */
export class Help {
  #note = /** @type {HTMLTextAreaElement} */ (byId("note"));
  #wish;

  /** @param {{ wished(wish: Wish, note?: string): void }} tell */
  constructor({ wished }) {
    this.#wish = wished;
    document.addEventListener("click", ({ target }) => this.#press(target instanceof Element ? target.closest("[data-wish]") : null));
    byId("help-toggle").addEventListener("click", () => this.#open(byId("help-toggle").getAttribute("aria-expanded") !== "true"));
    byId("ending").addEventListener("submit", (event) => isMeant(event) && this.#ask("end"));
    byId("trouble").addEventListener("submit", (event) => isMeant(event) && this.#ask("trouble", this.#takeNote()));
  }

  /** Nothing of it stays open where the conversation goes on. The dialogs first: they give the focus back. */
  close() {
    for (const id of ["ending", "trouble"]) if (dialogOf(id).open) dialogOf(id).close();
    this.#open(false);
  }

  /** @param {Element | null} button */
  #press(button) {
    if (!(button instanceof HTMLElement)) return;
    const { wish, opens } = button.dataset;
    if (opens) return dialogOf(opens).showModal();
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

  /** On a narrow screen alone: elsewhere the help stands open. @param {boolean} isOpen */
  #open(isOpen) {
    const hadFocus = byId("help").contains(document.activeElement);
    byId("help").toggleAttribute("data-open", isOpen);
    byId("help-toggle").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) byId("help").scrollIntoView({ block: "nearest" });
    else if (hadFocus) byId("help-toggle").focus(); // does nothing where there is no such button on the screen
  }
}

/**
 * By the press itself: a dialog's close event comes late.
 * @param {SubmitEvent} event
 */
function isMeant({ submitter }) {
  return submitter instanceof HTMLButtonElement && submitter.value === "yes";
}
