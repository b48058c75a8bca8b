// @ts-check
import { byId } from "./scene.js";
import { say } from "./words.js";
/** @import { Drafts } from "./drafts.js" */
/** @import { Facts } from "./words.js" */
/** @import { Answer, Question } from "./protocol.js" */

/** @typedef {{ text: string } | { choice: number } | { skip: true }} Reply */

const MOST_CHARACTERS = 20_000; // the server takes no more
const WARN_BELOW = 1_000; // characters left

/** The person's side of the page: the field or the choices, the draft, "I'm done" and "Skip". */
export class Turn {
  /** @type {Question | null} */
  #question = null;
  #field = /** @type {HTMLTextAreaElement} */ (byId("answer"));
  #form = /** @type {HTMLFormElement} */ (byId("turn"));
  #dialog = /** @type {HTMLDialogElement} */ (byId("skipping"));
  #facts;
  #drafts;
  #tell;

  /**
   * @param {Facts} facts
   * @param {Drafts} drafts
   * @param {{ replied(reply: Reply): void, drafted(isKept: boolean): void }} tell
   */
  constructor(facts, drafts, tell) {
    this.#facts = facts;
    this.#drafts = drafts;
    this.#tell = tell;
    this.#form.addEventListener("submit", (event) => this.#send(event));
    this.#form.addEventListener("input", () => this.#keep());
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
    byId("skip").addEventListener("click", () => this.#askToSkip());
    this.#dialog.querySelector("form")?.addEventListener("submit", (event) => this.#skip(event));
  }

  /**
   * Ready for this question, with what was already written for it: sent and waiting, or a draft.
   * @param {Question} question
   * @param {Answer | null} sent
   */
  begin(question, sent) {
    this.#question = question;
    if (this.#dialog.open) this.#dialog.close("stay");
    const draft = this.#drafts.read(question.number);
    if (question.kind === "choice") this.#showChoices(question, sent?.choice ?? (draft === "" ? null : Number(draft)));
    this.#field.lang = question.lang;
    this.#field.value = question.kind === "choice" ? "" : (sent?.text ?? draft);
    this.#judge(null);
    this.#showRoom();
    return draft !== "";
  }

  /**
   * Nothing can be changed while an answer is on its way.
   * @param {boolean} isHeld
   */
  hold(isHeld) {
    this.#field.readOnly = isHeld;
    for (const id of ["done", "skip", "hand"]) {
      if (isHeld) byId(id).setAttribute("aria-disabled", "true");
      else byId(id).removeAttribute("aria-disabled");
    }
  }

  #keep() {
    if (!this.#question) return;
    const written = this.#question.kind === "choice" ? String(this.#chosen() ?? "") : this.#field.value;
    this.#judge(null);
    this.#showRoom();
    this.#tell.drafted(this.#drafts.keep(this.#question.number, written));
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    if (!this.#question || this.#isHeld()) return;
    const choice = this.#chosen();
    const text = this.#field.value; // as it was typed, white space included
    if (this.#question.kind === "choice") return choice === null ? this.#judge("unchosen") : this.#tell.replied({ choice });
    if (!text.trim()) return this.#judge(this.#question.kind === "open" ? "empty" : "unasked");
    if (text.length > MOST_CHARACTERS) return this.#judge("long");
    this.#tell.replied({ text });
  }

  #askToSkip() {
    if (!this.#question || this.#isHeld()) return;
    const isDrafted = this.#chosen() !== null || this.#field.value.trim() !== "";
    this.#facts.set({ draft: isDrafted ? "some" : "none" });
    if (this.#question.kind === "candidate_asks" && !isDrafted) return this.#tell.replied({ skip: true });
    this.#dialog.showModal();
  }

  /**
   * By the press itself: a dialog's close event comes late, and that of a dialog that was left may come after the next.
   * @param {SubmitEvent} event
   */
  #skip({ submitter }) {
    const isMeant = submitter instanceof HTMLButtonElement && submitter.value === "skip";
    if (isMeant && !this.#isHeld()) this.#tell.replied({ skip: true });
  }

  #isHeld() {
    return byId("done").getAttribute("aria-disabled") === "true";
  }

  /** @returns {number | null} */
  #chosen() {
    const input = byId("choice-list").querySelector("input:checked");
    return this.#question?.kind === "choice" && input instanceof HTMLInputElement ? Number(input.value) : null;
  }

  /** @param {"empty" | "unasked" | "unchosen" | "long" | null} wrong */
  #judge(wrong) {
    this.#facts.set({ wrong: wrong ?? "none" });
    const field = this.#question?.kind === "choice" ? byId("choice-list").querySelector("input") : this.#field;
    if (wrong) field?.focus();
    if (wrong && field === this.#field) field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
  }

  #showRoom() {
    const left = MOST_CHARACTERS - this.#field.value.length;
    this.#facts.set({ room: left < 0 ? "over" : left < WARN_BELOW ? "left" : "wide" });
    say(byId(left < 0 ? "room-over" : "room-left"), { count: Math.abs(left) });
  }

  /**
   * @param {Question} question
   * @param {number | null} chosen
   */
  #showChoices(question, chosen) {
    const template = /** @type {HTMLTemplateElement} */ (byId("choice"));
    const choices = (question.choices ?? []).map((text, index) => {
      const choice = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
      const input = /** @type {HTMLInputElement} */ (choice.querySelector("input"));
      const words = /** @type {HTMLElement} */ (choice.querySelector("span"));
      input.value = String(index);
      input.checked = index === chosen;
      words.textContent = text;
      words.lang = question.lang;
      return choice;
    });
    byId("choice-list").replaceChildren(...choices);
  }
}
