// @ts-check
import { newKey } from "./outbox.js";
import { byId } from "./page.js";
/** @import { Noticed, Scene } from "./protocol.js" */

const LEAST_AWAY_MS = 3_000; // less is a glance at a notification
const LEAST_PASTED = 30; // characters; less is a word
const LONGEST_NAME = 200;

/**
 * What this page notices while answers are recorded, as its candidate was told before the start: that it was out of
 * sight, that text from elsewhere came into an answer, and that a camera is a virtual one. Never what was pasted.
 */
export class Noting {
  #cameras;
  #tell;
  /** The turn that is open; null: none. @type {{ number: number, since: number } | null} */
  #turn = null;
  #hiddenAt = 0;
  /** What was copied here last, so that whoever moves their own words around pastes nothing from elsewhere. */
  #own = "";
  /** @type {Set<string>} */
  #told = new Set();

  /**
   * @param {string | undefined} cameras names of virtual cameras, between |; none: nothing is noted
   * @param {(noticed: Noticed) => void} tell
   */
  constructor(cameras, tell) {
    this.#cameras = (cameras ?? "").split("|").filter(Boolean);
    this.#tell = tell;
    if (!this.#cameras.length) return;
    document.addEventListener("visibilitychange", () => this.#turned());
    for (const kind of ["copy", "cut"]) document.addEventListener(kind, () => (this.#own = chosen()));
    byId("answer").addEventListener("paste", (event) => this.#pasted(/** @type {ClipboardEvent} */ (event)));
  }

  /** @param {Scene} scene */
  enter({ question }) {
    if (!question) this.#turn = null;
    else if (this.#turn?.number !== question.number) this.#turn = { number: question.number, since: performance.now() };
  }

  /** Whoever pauses, or goes on in another tab, leaves nothing open. */
  leave() {
    this.#turn = null;
    this.#hiddenAt = 0;
  }

  /** @param {MediaStream} stream the camera's */
  sees(stream) {
    const name = stream.getVideoTracks()[0]?.label ?? "";
    const called = name.toLowerCase();
    if (this.#turn && !this.#told.has(name) && this.#cameras.some((known) => called.includes(known))) {
      this.#told.add(name);
      this.#note("virtual_camera", { camera: name.slice(0, LONGEST_NAME) });
    }
  }

  #turned() {
    if (document.hidden) return void (this.#hiddenAt = this.#turn ? performance.now() : 0);
    const away = this.#hiddenAt ? performance.now() - this.#hiddenAt : 0;
    this.#hiddenAt = 0;
    if (away >= LEAST_AWAY_MS) this.#note("hidden", { seconds: toSeconds(away) });
  }

  /** @param {ClipboardEvent} event */
  #pasted({ clipboardData }) {
    const text = clipboardData?.getData("text/plain") ?? "";
    if (!this.#turn || text.length < LEAST_PASTED || this.#own.includes(text)) return;
    this.#note("pasted", { characters: text.length, seconds: toSeconds(performance.now() - this.#turn.since) });
  }

  /**
   * @param {Noticed["what"]} what
   * @param {Pick<Noticed, "seconds" | "characters" | "camera">} more
   */
  #note(what, more) {
    if (this.#turn) this.#tell({ kind: "noticed", key: newKey(), what, number: this.#turn.number, ...more });
  }
}

/** What is selected on the page, or in the field that has the focus. */
function chosen() {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement) return field.value.slice(field.selectionStart, field.selectionEnd);
  return String(getSelection() ?? "");
}

/** @param {number} ms */
function toSeconds(ms) {
  return Math.round(ms / 100) / 10;
}
