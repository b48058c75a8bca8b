// @ts-check
import { byId } from "./page.js";
/** @import { Shelf } from "./shelf.js" */
/** @import { Facts } from "./words.js" */

/** How much of the interviewer there is to see: the candidate's to choose, at any time. */
export class Picture {
  #shelf;
  #facts;
  #wanted;

  /**
   * @param {string} wanted as it was chosen before
   * @param {Facts} facts
   * @param {Shelf} shelf
   */
  constructor(wanted, facts, shelf) {
    this.#wanted = wanted;
    this.#facts = facts;
    this.#shelf = shelf;
    for (const kind of ["still", "unseen"]) byId(kind).addEventListener("click", () => this.#turn(kind));
    this.show();
  }

  /** As the device has it, where it was changed here. */
  show() {
    const shown = this.#shelf.get("picture") ?? this.#wanted;
    for (const kind of ["still", "unseen"]) byId(kind).setAttribute("aria-pressed", String(kind === shown));
    byId("interviewer").toggleAttribute("data-still", shown === "still");
    document.body.dataset.picture = shown;
    this.#facts.set({ picture: shown });
  }

  /** @param {string} kind */
  #turn(kind) {
    const isOn = byId(kind).getAttribute("aria-pressed") === "true";
    void this.#shelf.put("picture", isOn ? "moving" : kind);
    this.show();
  }
}
