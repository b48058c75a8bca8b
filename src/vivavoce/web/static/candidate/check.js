// @ts-check
import { byId, dialogOf, speak } from "./page.js";
/** @import { Past, Scene } from "./protocol.js" */
/** @import { Facts } from "./words.js" */

/** What was heard of a spoken answer, read and put right before the next question is asked: the scene waits for it. */
export class Check {
  #dialog = dialogOf("checking");
  #field = /** @type {HTMLTextAreaElement} */ (byId("checked"));
  /** The answer that is read. @type {Past | null} */
  #answer = null;
  /** The scene that waits. @type {Scene | null} */
  #next = null;
  #read = 0; // the turn whose answer was read last
  #isWanted;
  #facts;
  #tell;

  /**
   * @param {boolean} isWanted
   * @param {Facts} facts
   * @param {{ corrected(number: number, text: string): void, goesOn(next: Scene): void }} tell corrected: before goesOn
   */
  constructor(isWanted, facts, tell) {
    this.#isWanted = isWanted;
    this.#facts = facts;
    this.#tell = tell;
    this.#dialog.addEventListener("submit", () => this.#save());
    this.#dialog.addEventListener("close", () => this.#goOn());
  }

  /**
   * Whether this scene waits until its last answer was read.
   * @param {Scene} next
   * @param {number} spoken the turn whose spoken answer was just saved; 0 for none
   */
  holds(next, spoken) {
    if (this.#answer) {
      if (next.phase === "asking") this.#next = next;
      else this.leave();
      return next.phase === "asking";
    }
    const latest = next.past.at(-1);
    if (!this.#isWanted || !spoken || spoken === this.#read || next.phase !== "asking" || latest?.number !== spoken || !latest.can_change || latest.choices) return false;
    this.#answer = latest;
    this.#next = next;
    speak(byId("checking-asked"), { text: latest.asked, lang: latest.lang });
    this.#facts.set({ checked: latest.reply ? "question" : "answer" });
    this.#field.lang = latest.lang;
    this.#field.value = latest.answer;
    this.#dialog.showModal();
    return true;
  }

  get isOpen() {
    return this.#answer !== null;
  }

  /** Another tab leads, or the candidate goes on another time: nothing waits any more. */
  leave() {
    this.#answer = this.#next = null;
    if (this.#dialog.open) this.#dialog.close();
  }

  #save() {
    const text = this.#field.value.trim();
    if (this.#answer && text && text !== this.#answer.answer.trim()) this.#tell.corrected(this.#answer.number, text);
  }

  #goOn() {
    const next = this.#next;
    this.#read = this.#answer?.number ?? this.#read;
    this.#answer = this.#next = null;
    if (next) this.#tell.goesOn(next);
  }
}
