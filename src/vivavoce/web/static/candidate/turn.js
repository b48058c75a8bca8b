// @ts-check
import { MOST_CHARACTERS } from "./drafts.js";
import { byId, copyOf, dialogOf, part, speak } from "./page.js";
import { say } from "./words.js";
/** @import { Drafts } from "./drafts.js" */
/** @import { Facts } from "./words.js" */
/** @import { Answer, Question, Scene } from "./protocol.js" */

/** @typedef {{ text: string, as_answer?: true } | { choice: number } | { skip: true }} Reply */

const WARN_BELOW = 1_000; // characters left
const MOST_KEYS = 9;
const HELD = "#done, #skip, #skip-again, #mine, #ask-latest, #confirm button, [data-wish]:not([data-wish=trouble], [data-wish=person])"; // help can be called for at any time

/** The person's side of the page: the field or the choices, the draft, "I'm done" and "Skip". */
export class Turn {
  /** @type {Question | null} */
  #question = null;
  /** Counts what was typed and sent: a word that comes late, of what is over by then, is passed over. */
  #step = 0;
  #field = /** @type {HTMLTextAreaElement} */ (byId("answer"));
  #form = /** @type {HTMLFormElement} */ (byId("turn"));
  #dialog = dialogOf("skipping");
  #facts;
  #drafts;
  #tell;

  /**
   * @param {Facts} facts
   * @param {Drafts} drafts
   * @param {{ replied(reply: Reply): void, drafted(isKept: boolean): void, spoken(): boolean }} tell spoken: what is said is the answer; false where it is typed
   */
  constructor(facts, drafts, tell) {
    this.#facts = facts;
    this.#drafts = drafts;
    this.#tell = tell;
    this.#form.addEventListener("submit", (event) => this.#send(event));
    this.#form.addEventListener("input", ({ target }) => target instanceof Element && !target.closest(".way") && this.#keep());
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
    document.addEventListener("keydown", (event) => this.#chooseByKey(event));
    document.addEventListener("keydown", (event) => this.#typeOn(event));
    byId("skip").addEventListener("click", () => this.#askToSkip());
    this.#dialog.addEventListener("submit", (event) => this.#skip(event));
    for (const id of ["confirm-skip", "skip-again"]) byId(id).addEventListener("click", () => this.#isHeld() || this.#reply({ skip: true }));
    for (const id of ["mine", "confirm-mine"]) byId(id).addEventListener("click", () => this.#insist());
  }

  /**
   * Ready for this question, with what was already written for it: sent and waiting, or a draft.
   * @param {Question} question
   * @param {Answer | null} sent
   * @param {Scene["draft"]} theirs what the server has, which may come from another device
   */
  begin(question, sent, theirs) {
    // Another choice in an earlier answer may have put another question in this one's place.
    const isOther = this.#question?.number === question.number && this.#question.kind !== question.kind;
    this.#question = question;
    if (this.#dialog.open) this.#dialog.close("stay");
    if (isOther) void this.#drafts.keep(question.number, "");
    const draft = isOther ? "" : this.#drafts.read(question.number, theirs);
    if (question.kind === "choice") this.#showChoices(question, sent?.choice ?? (draft === "" ? null : Number(draft)));
    this.#field.lang = question.lang;
    const text = question.kind === "choice" ? "" : (sent?.text ?? draft);
    if (this.#field.value !== text) this.#field.value = text; // what stands there keeps its cursor
    this.#judge(null);
    this.#measure();
    return draft !== "";
  }

  /**
   * Nothing can be changed while an answer is on its way.
   * @param {boolean} isHeld
   */
  hold(isHeld) {
    this.#field.readOnly = isHeld;
    for (const button of document.querySelectorAll(HELD)) {
      if (isHeld) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  /** What was sent was no answer: it is held, so that it can still become one, and the field is free. @param {string} text */
  setAside(text) {
    if (!this.#question) return;
    this.#drafts.hold(this.#question.number, text);
    void this.#drafts.keep(this.#question.number, "");
    this.#field.value = "";
    this.#measure();
  }

  /**
   * What was understood of somebody who types from here on, after what they have written.
   * @param {string} text
   * @param {{ isMore: boolean }} [how] isMore: it can't be there yet. Once an answer is on its way, it comes too late.
   */
  takeOver(text, { isMore } = { isMore: false }) {
    const written = this.#field.value.trimEnd();
    if (!text || !this.#question || this.#question.kind === "choice") return;
    if (isMore ? this.#isHeld() : written.includes(text)) return;
    this.#field.value = written ? `${written} ${text}` : text;
    this.#keep();
  }

  #keep() {
    if (!this.#question) return;
    const written = this.#question.kind === "choice" ? String(this.#chosen() ?? "") : this.#field.value;
    this.#judge(null);
    this.#measure();
    const step = ++this.#step;
    void this.#drafts.keep(this.#question.number, written).then((isKept) => step === this.#step && this.#tell.drafted(isKept));
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    if (!this.#question || this.#isHeld()) return;
    const choice = this.#chosen();
    if (choice === null && this.#tell.spoken()) return;
    const text = this.#field.value; // as it was typed, white space included
    if (this.#question.kind === "choice") return choice === null ? this.#judge("unchosen") : this.#reply({ choice });
    if (!text.trim()) return this.#question.kind === "open" ? this.#judge("empty") : this.#reply({ skip: true });
    if (text.length > MOST_CHARACTERS) return this.#judge("long");
    this.#reply({ text });
  }

  /** @param {Reply} reply */
  #reply(reply) {
    this.#step++;
    this.#tell.replied(reply);
  }

  #askToSkip() {
    if (!this.#question || this.#isHeld()) return;
    dialogOf("help").close();
    if (this.#question.kind === "candidate_asks" && !this.isDrafted) return this.#reply({ skip: true });
    this.#dialog.showModal();
  }

  /**
   * By the press itself: a dialog's close event comes late, and that of a dialog that was left may come after the next.
   * @param {SubmitEvent} event
   */
  #skip({ submitter }) {
    const isMeant = submitter instanceof HTMLButtonElement && submitter.value === "skip";
    if (isMeant && !this.#isHeld()) this.#reply({ skip: true });
  }

  /** That was the answer, even if it reads like a wish. */
  #insist() {
    const text = this.#question && this.#drafts.held(this.#question.number);
    if (text && !this.#isHeld()) this.#reply({ text, as_answer: true });
  }

  #isHeld() {
    return byId("done").getAttribute("aria-disabled") === "true";
  }

  /** @returns {number | null} */
  #chosen() {
    const input = byId("choice-list").querySelector("input:checked");
    return this.#question?.kind === "choice" && input instanceof HTMLInputElement ? Number(input.value) : null;
  }

  /** 1 to 9 choose, wherever no text is being typed. @param {KeyboardEvent} event */
  #chooseByKey({ key, target, ctrlKey, metaKey, altKey }) {
    if (this.#question?.kind !== "choice" || !(Number(key) >= 1 && Number(key) <= MOST_KEYS) || ctrlKey || metaKey || altKey) return;
    if (target instanceof HTMLTextAreaElement || document.querySelector("dialog[open]")) return;
    const input = byId("choice-list").querySelectorAll("input")[Number(key) - 1];
    if (!input || this.#isHeld()) return;
    input.focus();
    input.click();
  }

  /**
   * A new question takes the focus to its heading, so that it is read and no keyboard jumps up; who types on a keyboard
   * there means the field.
   * @param {KeyboardEvent} event
   */
  #typeOn(event) {
    const isCommand = event.ctrlKey || event.metaKey;
    const isTyped = event.key.length === 1 && event.key !== " " && (event.getModifierState("AltGraph") || !(isCommand || event.altKey));
    if (!isTyped && !(isCommand && event.key.toLowerCase() === "v")) return;
    if (event.target instanceof Element && event.target.closest("a, button, input, textarea, select, summary, dialog")) return;
    if (this.#field.getClientRects().length && !document.querySelector("dialog[open]")) this.#field.focus(); // where the key goes then
  }

  /** @param {"empty" | "unchosen" | "long" | null} wrong */
  #judge(wrong) {
    this.#facts.set({ wrong: wrong ?? "none" });
    const field = this.#question?.kind === "choice" ? byId("choice-list").querySelector("input") : this.#field;
    if (wrong) field?.focus();
    if (wrong && field === this.#field) field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
  }

  /** Whether something is written or chosen. */
  get isDrafted() {
    return this.isChosen || this.#field.value.trim() !== "";
  }

  get isChosen() {
    return this.#chosen() !== null;
  }

  /** Whether something is written, and how much more may be. */
  #measure() {
    const left = MOST_CHARACTERS - this.#field.value.length;
    this.#facts.set({ draft: this.isDrafted ? "some" : "none", room: left < 0 ? "over" : left < WARN_BELOW ? "left" : "wide" });
    say(byId(left < 0 ? "room-over" : "room-left"), { count: Math.abs(left) });
  }

  /**
   * @param {Question} question
   * @param {number | null} chosen
   */
  #showChoices(question, chosen) {
    const choices = (question.choices ?? []).map((text, index) => {
      const choice = copyOf(byId("choice"));
      const input = /** @type {HTMLInputElement} */ (part(choice, "input"));
      input.value = String(index);
      input.checked = index === chosen;
      speak(part(choice, "span"), { text, lang: question.lang });
      part(choice, "kbd").textContent = index < MOST_KEYS ? String(index + 1) : "";
      return choice;
    });
    byId("choice-list").replaceChildren(...choices);
  }
}
