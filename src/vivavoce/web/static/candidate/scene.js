// @ts-check
import { byId, copyOf, part, speak } from "./page.js";
import { showPast } from "./past.js";
import { say } from "./words.js";
/** @import { Facts } from "./words.js" */
/** @import { Passage, Question, Scene, Words } from "./protocol.js" */

const MOST_STEPS_DRAWN = 40; // more would be thinner than a pixel
const STEPS_WIDTH = 124;

/**
 * Puts a scene into the page: what is said and asked, where we are, what was answered. What the person types stands in
 * turn.js.
 * @param {Scene} scene
 * @param {Facts} facts
 */
export function showScene(scene, facts) {
  showPhase(scene.phase, { number: scene.place, of: mostOf(scene) });
  facts.set({
    phase: scene.phase,
    kind: scene.kind_of,
    ending: scene.ending ?? "none",
    confirm: scene.confirm ?? "none",
    found: scene.found ? "shown" : "none",
    thanks: scene.thanks && scene.phase === "submitted" ? "shown" : "none",
    again: scene.attempts_left > 0 ? scene.phase : "never",
    last: scene.is_last ? "yes" : "no",
    own: ownQuestion(scene) ? "asked" : "none",
    past: scene.past.length ? "shown" : "none",
    return: scene.opens_again ? "yes" : "no",
  });
  showSaid(byId(scene.question ? "said" : "said-last"), scene.shown ? [...scene.said, scene.shown] : scene.said);
  showFound(scene.found);
  speak(byId("own-asked"), ownQuestion(scene));
  byId("earlier").className = `earlier earlier-${isGreeting(scene) ? "greeting" : "reply"}`;
  speak(byId("instruction"), scene.instruction);
  speak(byId("thanks-said"), scene.thanks);
  say(byId("again"), { count: scene.attempts_left });
  if (scene.question) showQuestion(scene.question, scene, facts);
  showPast(scene.past);
  byId(scene.phase === "asking" ? "past-help" : "past-shown").append(part(document, ".past"));
  byId("past").toggleAttribute("open", scene.phase === "finished" || (scene.phase === "asking" && byId("past").hasAttribute("open")));
}

/**
 * The page's title and layout.
 * @param {Scene["phase"] | "elsewhere" | "paused"} phase
 * @param {Record<string, number>} [places] in the title
 */
export function showPhase(phase, places = {}) {
  document.body.dataset.phase = phase;
  const title = part(copyOf(byId("titles")), `[data-title="${phase}"]`);
  say(title, { ...places, name: document.querySelector(".bar-title")?.textContent ?? "" });
  document.title = title.textContent ?? "";
}

/**
 * The heading that a reader should land on.
 * @param {Scene} scene
 */
export function headingOf(scene) {
  return byId({ instruction: "before", asking: "question", finished: "last", submitted: "thanks", set_aside: "aside" }[scene.phase]);
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
 * A line of the interviewer's after the other; those that stand there already are not said again.
 * @param {HTMLElement} place
 * @param {Words[]} said
 */
function showSaid(place, said) {
  const lines = said.map((words, index) => {
    const line = place.children[index] ?? part(copyOf(byId("line")), "p");
    speak(/** @type {HTMLElement} */ (line), words);
    return line;
  });
  if (lines.length !== place.children.length) place.replaceChildren(...lines);
}

/**
 * What the candidate has just asked: it stays above its reply.
 * @param {Scene} scene
 */
function ownQuestion({ question, asked, wished, past }) {
  if (asked || wished) return asked;
  const latest = past.at(-1);
  return question && latest?.reply?.asked ? { text: latest.reply.asked, lang: latest.lang } : null;
}

/**
 * Whether what is said before the question only leads to it, and may give way.
 * @param {Scene} scene
 */
function isGreeting(scene) {
  return !scene.found && !scene.confirm && !scene.wished && !ownQuestion(scene);
}

/** @param {Passage | null} found */
function showFound(found) {
  speak(part(byId("found"), "blockquote"), found);
  speak(part(byId("found"), "figcaption"), found && { text: found.source, lang: found.lang });
}

/**
 * @param {Question} question
 * @param {Scene} scene
 * @param {Facts} facts
 */
function showQuestion(question, scene, facts) {
  const isAsking = question.kind === "candidate_asks";
  const about = question.is_follow_up && !isAsking ? scene.past.filter(({ is_follow_up }) => !is_follow_up).at(-1) : null;
  const marks = [about && "follow-up", !question.is_scored && "unscored", question.seconds && "timed"];
  facts.set({
    question: marks.filter((mark) => typeof mark === "string"),
    by: question.kind,
    offered: question.is_again && !scene.confirm ? "again" : "first",
    asks: !isAsking ? "nothing" : question.is_follow_up ? "more" : "first",
    about: question.quote ? "quoted" : about ? "shown" : "none",
  });
  speak(byId("taken-up"), question.quote);
  speak(byId("about"), about ? { text: about.asked, lang: about.lang } : null);
  speak(byId("question"), question);
  byId("turn").classList.toggle("desk-open", question.kind === "choice");
  say(byId("place"), { number: scene.place, of: mostOf(scene) });
  say(byId("length"), { count: Math.max(1, Math.round((question.seconds ?? 0) / 60)) });
  drawSteps(scene.place, mostOf(scene), { reached: reachedBy(scene), answered: question.is_follow_up ? answeredOf(scene) : 0 });
}

/** How many answers were given to the question at hand. @param {Scene} scene */
function answeredOf({ past }) {
  const asked = past.map(({ is_follow_up }) => is_follow_up).lastIndexOf(false);
  return past.length - Math.max(0, asked);
}

/** The question that was asked furthest on: further than the one at hand where that one was skipped before. @param {Scene} scene */
function reachedBy({ place, past }) {
  return Math.max(place, ...past.map((turn) => turn.place));
}

/** @param {Scene} scene */
function mostOf(scene) {
  return Math.max(scene.of, scene.place);
}

/**
 * One stretch a question; that of the question at hand fills with each answer to it, follow-ups included.
 * @param {number} number
 * @param {number} of
 * @param {{ reached: number, answered: number }} so reached: the question asked furthest on; answered: how often the one at hand was
 */
function drawSteps(number, of, { reached, answered }) {
  byId("steps").toggleAttribute("hidden", of > MOST_STEPS_DRAWN);
  if (of > MOST_STEPS_DRAWN) return;
  const gap = of > 16 ? 1.5 : 4;
  const width = (STEPS_WIDTH - gap * (of - 1)) / of;
  const rest = width / (answered + 1); // no follow-up is promised, so half of what is left goes, then a third, …
  const steps = Array.from({ length: of }, (_, index) => {
    const at = index * (width + gap);
    if (index + 1 !== number) return [bar(index < reached ? "done" : "next", at, width)];
    return answered ? [bar("done", at, width - rest), bar("now", at + width - rest, rest)] : [bar("now", at, width)];
  });
  byId("steps").replaceChildren(...steps.flat());
}

/**
 * @param {string} kind
 * @param {number} at
 * @param {number} width
 */
function bar(kind, at, width) {
  const step = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  step.setAttribute("class", kind);
  step.setAttribute("x", String(at));
  step.setAttribute("width", String(width));
  step.setAttribute("height", "8");
  step.setAttribute("rx", String(Math.min(4, width / 2)));
  return step;
}
