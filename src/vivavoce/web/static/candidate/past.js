// @ts-check
import { byId, copyOf, part, speak } from "./page.js";
import { say } from "./words.js";
/** @import { Past, Reply } from "./protocol.js" */

/**
 * What was asked and answered so far: follow-ups below their questions, and what we said to the candidate's own.
 * @param {Past[]} past
 */
export function showPast(past) {
  if (byId("answers").querySelector(".change[open] form:not([aria-busy])")) return; // somebody is writing there
  const count = past.filter(({ is_skipped }) => !is_skipped).length;
  say(byId("past-count"), { count });
  say(byId("past-all"), { count });
  byId("answers").replaceChildren(...withFollowUps(past).map(showQuestion));
}

/**
 * Opens the answer to a turn so that it can be edited at once.
 * @param {number} number of the turn
 */
export function openAnswer(number) {
  byId("past").toggleAttribute("open", true);
  const details = part(byId("answers"), `.change[data-turn="${number}"]`);
  details.toggleAttribute("open", true);
  /** @type {HTMLElement | null} */ (details.querySelector("input:checked, .field:not([hidden]) textarea"))?.focus();
}

/** @typedef {{ number: number, own: Past, followUps: Past[] }} Asked number: of the question, follow-ups not counted */

/**
 * @param {Past[]} past
 * @returns {Asked[]}
 */
function withFollowUps(past) {
  /** @type {Asked[]} */
  const asked = [];
  for (const turn of past) {
    const latest = asked.at(-1);
    if (turn.is_follow_up && latest) latest.followUps.push(turn);
    else asked.push({ number: turn.place, own: turn, followUps: [] });
  }
  return asked.sort((first, second) => first.number - second.number);
}

/** @param {Asked} asked */
function showQuestion({ number, own, followUps }) {
  const item = copyOf(byId("past-answer"));
  say(part(item, ".past-number"), { number });
  fill(item, own);
  // Who asked us and then had no further question has skipped nothing.
  const shown = followUps.filter(({ is_skipped }) => !is_skipped || !own.reply);
  part(item, ".follow-ups").append(...shown.map(showFollowUp));
  part(item, ".follow-ups").hidden = !shown.length;
  return item;
}

/** @param {Past} past */
function showFollowUp(past) {
  const item = copyOf(byId("past-follow-up"));
  fill(item, past);
  return item;
}

/**
 * @param {DocumentFragment} item
 * @param {Past} past
 */
function fill(item, { number, asked, lang, answer, is_skipped, had_none, is_changed, can_change, can_ask, choices, choice, reply }) {
  speak(part(item, "bdi"), { text: asked, lang });
  speak(part(item, ".own"), { text: answer, lang });
  part(item, ".own").hidden = is_skipped;
  part(item, ".past-skipped").hidden = !is_skipped || had_none;
  part(item, ".past-none").hidden = !had_none;
  part(item, ".past-changed").hidden = !is_changed;
  if (can_change) offerChange(part(item, ".change"), { number, asked, lang, answer, can_ask, choices, choice });
  if (reply) part(item, ".replied").append(showReply(reply));
}

/**
 * An answer that can be opened again: what it says now is told by an event `correct`, with its turn and its words or its
 * choice; that it was a question, by an event `ask`, with its turn and its words.
 * @param {HTMLElement} details
 * @param {Pick<Past, "number" | "asked" | "lang" | "answer" | "can_ask" | "choices" | "choice">} of
 */
function offerChange(details, { number, asked, lang, answer, can_ask, choices, choice }) {
  const field = /** @type {HTMLTextAreaElement} */ (part(details, "textarea"));
  const form = /** @type {HTMLFormElement} */ (part(details, "form"));
  details.hidden = false;
  details.dataset.turn = String(number);
  speak(part(details, ".change-asked"), { text: `: ${asked}`, lang });
  field.lang = lang;
  field.value = field.defaultValue = answer;
  if (choices) {
    part(details, ".field").hidden = true;
    part(details, ".choices").hidden = false;
    part(details, ".choices").append(...choices.map((text, index) => showChoice({ text, lang }, index, index === choice)));
  }
  part(form, ".change-asks").hidden = !can_ask;
  part(form, ".change-asks").addEventListener("click", () => {
    const text = field.value.trim() || answer;
    form.setAttribute("aria-busy", "true");
    form.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail: { number, text } }));
  });
  form.addEventListener("reset", () => {
    details.removeAttribute("open"); // what was there stays
    part(details, "summary").focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !details.hasAttribute("open")) return;
    event.preventDefault(); // the sheet around it stays open
    form.reset();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    const chosen = form.querySelector("input:checked");
    if (choices && !(chosen instanceof HTMLInputElement)) return form.querySelector("input")?.focus();
    if (!choices && !text && answer) return field.focus();
    form.setAttribute("aria-busy", "true"); // from here on the next scene may draw it anew
    form.dispatchEvent(new CustomEvent("correct", { bubbles: true, detail: chosen instanceof HTMLInputElement ? { number, choice: Number(chosen.value) } : { number, text } }));
  });
}

/**
 * @param {import("./protocol.js").Words} words
 * @param {number} index
 * @param {boolean} isChosen
 */
function showChoice(words, index, isChosen) {
  const item = copyOf(byId("choice"));
  const input = /** @type {HTMLInputElement} */ (part(item, "input"));
  input.value = String(index);
  input.checked = input.defaultChecked = isChosen;
  speak(part(item, "span"), words);
  part(item, "kbd").remove();
  return item;
}

/** @param {Reply} reply */
function showReply({ text, lang, source, passage }) {
  const item = copyOf(byId("past-reply"));
  speak(part(item, ".reply"), { text, lang });
  part(item, ".quote").hidden = !passage;
  speak(part(item, "blockquote"), { text: passage ?? "", lang });
  speak(part(item, "figcaption"), { text: source ?? "", lang });
  return item;
}
