// @ts-check
/** @import { Part, Parts } from "./parts.js" */

const LEAST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 30_000;
const LONGEST_MS = 60_000; // one part on a line that hardly goes
const AGAIN = [408, 425, 429];

/** Sends parts one after the other, until they have a receipt: what can't be sent now stays where it is. */
export class Sender {
  #url;
  #parts;
  #isRunning = false;
  #isStopped = true;
  #wait = LEAST_WAIT_MS;
  #refused = ""; // the take of which no further part is taken
  /** @type {(() => void) | null} */
  #wake = null;

  /**
   * @param {string} url
   * @param {Parts} parts
   */
  constructor(url, parts) {
    this.#url = url;
    this.#parts = parts;
  }

  start() {
    this.#isStopped = false;
    void this.#run();
  }

  stop() {
    this.#isStopped = true;
    this.#wake?.();
  }

  /** There is a part. */
  wake() {
    void this.#run();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (!this.#isStopped) {
      const part = await this.#parts.first();
      if (!part) break;
      if (part.take === this.#refused || (await this.#send(part))) await this.#parts.dropFirst();
      else await this.#rest();
    }
    this.#isRunning = false;
  }

  /** Whether the part is done with. @param {Part} part */
  async #send(part) {
    const { take, index, number, at, content, digest } = part;
    const url = `${this.#url}/${take}-${index}?number=${number}&at=${at.toFixed(3)}`;
    const signal = AbortSignal.timeout?.(LONGEST_MS) ?? null;
    const headers = { "Content-Digest": `sha-256=:${digest}:`, "Content-Type": "application/octet-stream" };
    const answer = await fetch(url, { method: "PUT", body: content, headers, signal }).catch(() => null);
    if (!answer || answer.status >= 500 || AGAIN.includes(answer.status)) return false;
    this.#wait = LEAST_WAIT_MS;
    if (!answer.ok) this.#refused = take; // what follows a part that is not taken can't be seen
    return true;
  }

  #rest() {
    const wait = this.#wait;
    this.#wait = Math.min(MOST_WAIT_MS, wait * 2);
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), wait);
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve(undefined);
      };
      this.#wake = done;
    });
  }
}
