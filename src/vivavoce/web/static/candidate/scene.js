// @ts-check
import { say } from "./words.js";
/** @import { Facts } from "./words.js" */
/** @import { Past, Question, Scene } from "./protocol.js" */

const MOST_STEPS_DRAWN = 40; // more would be thinner than a pixel
const STEPS_WIDTH = 124;

/**
 * Puts a scene into the page: what is asked, where we are, what was answered. What the person types stands in turn.js.
 * @param {Scene} scene
 * @param {Facts} facts
 */
export function showScene(scene, facts) {
  document.body.dataset.phase = scene.phase;
  document.title = titleOf(scene);
  facts.set({
    phase: scene.phase,
    welcome: scene.welcome && scene.phase === "asking" && !scene.past.length ? "shown" : "none",
    thanks: scene.thanks ? "shown" : "none",
    past: scene.past.length ? "shown" : "none",
  });
  spoken("welcome", scene.welcome ?? "", scene.lang);
  spoken("thanks-said", scene.thanks ?? "", scene.lang);
  if (scene.question) showQuestion(scene.question, scene, facts);
  showPast(scene.past);
  byId("past").toggleAttribute("open", scene.phase === "finished" || (scene.phase === "asking" && byId("past").hasAttribute("open")));
}

/**
 * The heading that a reader should land on.
 * @param {Scene} scene
 */
export function headingOf(scene) {
  return byId({ asking: "question", finished: "last", submitted: "thanks" }[scene.phase]);
}

/**
 * How the drawing looks, and its name for those who do not see it.
 * @param {"idle" | "listening" | "thinking" | "speaking"} state
 * @param {"warm" | "attentive" | "sorry"} mood
 */
export function pose(state, mood) {
  const { dataset } = byId("interviewer");
  dataset.state = state;
  dataset.mood = mood;
  byId("interviewer").setAttribute("aria-label", dataset[`name${state.charAt(0).toUpperCase()}${state.slice(1)}`] ?? "");
}

/**
 * The page promises this element; a page without it is broken, and says so.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing from the page`);
  return element;
}

/** @param {Scene} scene */
function titleOf(scene) {
  /** @type {HTMLTemplateElement} */
  const titles = /** @type {any} */ (byId("titles"));
  const title = /** @type {HTMLElement} */ (titles.content.querySelector(`[data-title="${scene.phase}"]`)?.cloneNode());
  say(title, { number: scene.number, of: mostOf(scene), name: document.querySelector(".bar-title")?.textContent ?? "" });
  return title.textContent ?? "";
}

/**
 * @param {Question} question
 * @param {Scene} scene
 * @param {Facts} facts
 */
function showQuestion(question, scene, facts) {
  const marks = [question.is_follow_up && "follow-up", !question.is_scored && "unscored", question.seconds && "timed"];
  facts.set({ question: marks.filter((mark) => typeof mark === "string"), by: question.kind });
  spoken("question", question.text, question.lang);
  say(byId("place"), { number: scene.number, of: mostOf(scene) });
  say(byId("length"), { count: Math.max(1, Math.round((question.seconds ?? 0) / 60)) });
  drawSteps(scene.number, mostOf(scene));
}

/**
 * Somebody's words, in their own language.
 * @param {string} id
 * @param {string} text
 * @param {string} lang
 */
function spoken(id, text, lang) {
  const element = byId(id);
  element.lang = lang;
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Scene} scene */
function mostOf(scene) {
  return Math.max(scene.of, scene.number);
}

/**
 * @param {number} number
 * @param {number} of
 */
function drawSteps(number, of) {
  const gap = of > 16 ? 1.5 : 4;
  const width = (STEPS_WIDTH - gap * (of - 1)) / of;
  const steps = Array.from({ length: of }, (_, index) => {
    const step = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    step.setAttribute("class", index + 1 < number ? "done" : index + 1 === number ? "now" : "next");
    step.setAttribute("x", String(index * (width + gap)));
    step.setAttribute("width", String(width));
    step.setAttribute("height", "8");
    step.setAttribute("rx", String(Math.min(4, width / 2)));
    return step;
  });
  byId("steps").toggleAttribute("hidden", of > MOST_STEPS_DRAWN);
  byId("steps").replaceChildren(...(of > MOST_STEPS_DRAWN ? [] : steps));
}

/** @param {Past[]} past */
function showPast(past) {
  const count = past.filter(({ is_skipped }) => !is_skipped).length;
  say(byId("past-count"), { count });
  say(byId("past-all"), { count });
  byId("answers").replaceChildren(...past.map(pastAnswer));
}

/** @param {Past} past */
function pastAnswer({ number, asked, lang, answer, is_skipped }) {
  /** @type {HTMLTemplateElement} */
  const template = /** @type {any} */ (byId("past-answer"));
  const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  say(part(item, ".past-number"), { number });
  part(item, "bdi").lang = lang;
  part(item, "bdi").textContent = asked;
  part(item, ".own").lang = lang;
  part(item, ".own").textContent = answer;
  part(item, ".own").hidden = is_skipped;
  part(item, ".past-skipped").hidden = !is_skipped;
  return item;
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(root, selector) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`${selector} is missing from the template`);
  return element;
}
