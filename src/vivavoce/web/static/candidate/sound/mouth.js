// @ts-check
/** @import { Mouth as Moves } from "../protocol.js" */

const EARLY = 0.06; // seconds: a mouth opens before it is heard
const LEAST_MS = 1_000 / 12; // between two shapes
const LOUD = 0.12; // the root of the mean square, from which the mouth is wide open
const AUDIBLE = 0.015;

/** The drawing's shapes, by the voice's. */
const SHAPES = { rest: "rest", closed: "m", teeth: "f", narrow: "u", tongue: "l", wide: "e", open: "a", round: "o" };

/** The mouth of the drawing: by the voice's own movements, else by loudness, else left to the drawing's style. */
export class Mouth {
  #changedAt = 0;
  #shape = "";
  #drawing;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {Element} drawing */
  constructor(drawing) {
    this.#drawing = drawing;
  }

  /**
   * @param {Moves["marks"]} marks
   * @param {number} position in seconds of the sound
   */
  follow(marks, position) {
    const at = position + EARLY;
    const mark = marks.find(([begin, end]) => begin <= at && at < end);
    this.#set(SHAPES[mark?.[2] ?? "rest"]);
  }

  /** @param {number} loudness the root of the mean square */
  open(loudness) {
    this.#set(loudness > LOUD ? "a" : loudness > AUDIBLE ? "e" : "rest");
  }

  /** Between two lines. */
  close() {
    this.#shape = "rest";
    this.#drawing.setAttribute("data-mouth", "rest");
  }

  /** Nothing is said, or nobody knows how the mouth moves. */
  leave() {
    this.#shape = "";
    this.#drawing.removeAttribute("data-mouth");
  }

  /** @param {string} shape */
  #set(shape) {
    const now = performance.now();
    if (shape === this.#shape || now - this.#changedAt < LEAST_MS) return;
    if (this.#still.matches || this.#drawing.hasAttribute("data-still")) return this.leave();
    this.#changedAt = now;
    this.#shape = shape;
    this.#drawing.setAttribute("data-mouth", shape);
  }
}
