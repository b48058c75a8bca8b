// @ts-check
import { byId } from "./page.js";
import { say } from "./words.js";
/** @import { Question, Scene } from "./protocol.js" */
/** @import { Facts } from "./words.js" */

const TICK_MS = 15_000;

/** What is told of time: the whole minutes that are left, and that the time meant for an answer is over. No countdown. */
export class Pace {
  /** @type {Scene | null} */
  #scene = null;
  #sceneAt = 0;
  /** The question's time on screen: what was seen of it, and since when it is seen again. */
  #seen = { number: 0, ms: 0, since: 0 };
  #timer = 0;
  #facts;

  /** @param {Facts} facts */
  constructor(facts) {
    this.#facts = facts;
    setInterval(() => this.#showMinutes(), TICK_MS);
    document.addEventListener("visibilitychange", () => this.#look());
  }

  /** @param {Scene} scene */
  enter(scene) {
    this.#scene = scene;
    this.#sceneAt = Date.now();
    this.#showMinutes();
    const number = scene.question?.number ?? 0;
    if (number !== this.#seen.number) this.#seen = { number, ms: 0, since: 0 };
    this.#look();
  }

  #showMinutes() {
    const passed = (Date.now() - this.#sceneAt) / 60_000;
    const left = ((this.#scene?.question && this.#scene.minutes_left) || 0) - passed;
    this.#facts.set({ minutes: left > 0 ? "shown" : "none" }); // the plan is over, and the interview is not
    say(byId("minutes"), { count: Math.max(0, Math.floor(left)) });
  }

  /** The clock of the question runs while the page is seen. */
  #look() {
    const now = Date.now();
    if (this.#seen.since) this.#seen.ms += now - this.#seen.since;
    this.#seen.since = document.hidden ? 0 : now;
    clearTimeout(this.#timer);
    const left = leftMs(this.#scene?.question ?? null, this.#seen.ms);
    this.#facts.set({ pace: left <= 0 ? "over" : "within" });
    if (left > 0 && left < Infinity && !document.hidden) this.#timer = setTimeout(() => this.#look(), left);
  }
}

/**
 * @param {Question | null} question
 * @param {number} seenMs
 */
function leftMs(question, seenMs) {
  return question?.seconds ? question.seconds * 1_000 - seenMs : Infinity;
}
