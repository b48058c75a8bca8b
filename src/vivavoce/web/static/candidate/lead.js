// @ts-check

const GIVE_WITHIN_MS = 700; // a tab that is frozen does not answer: then the lead is taken without it
const ANSWER_WITHIN_MS = 400;
const LOOK_EVERY_MS = 5_000;

/**
 * won: this tab leads. waits: another one does. lost: this one did; done when all that it holds is written down.
 * @typedef {{ won(): void, waits(): void, lost(): Promise<unknown> }} Ends
 * @typedef {{ take(): void }} Lead take: leads from here on
 * @typedef {{ word: "who" | "leads" | "give" | "leaves", since: number }} Said among tabs
 */

/**
 * Of a browser's tabs one leads the conversation. The others wait: they may take the lead, and follow when the one that
 * has it is closed. Before a tab lets go, it writes down what it holds.
 * @param {string} name of what is led
 * @param {Ends} ends
 * @returns {Lead}
 */
export function openLead(name, ends) {
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
  if (navigator.locks) return new LockedLead(name, ends, channel);
  if (channel) return new CalledLead(ends, channel);
  queueMicrotask(() => ends.won());
  return { take() {} };
}

/** By a lock of the browser's, which is free again whatever becomes of the tab. */
class LockedLead {
  /** The request by which this tab holds the lock. @type {object | null} */
  #held = null;
  #letGo = () => {};
  #queueing = new AbortController();
  #name;
  #ends;
  #channel;

  /**
   * @param {string} name
   * @param {Ends} ends
   * @param {BroadcastChannel | null} channel
   */
  constructor(name, ends, channel) {
    this.#name = name;
    this.#ends = ends;
    this.#channel = channel;
    if (channel) channel.onmessage = () => this.#give();
    this.#request({ ifAvailable: true });
  }

  take() {
    this.#channel?.postMessage("give");
    setTimeout(() => this.#steal(), this.#channel ? GIVE_WITHIN_MS : 0);
  }

  /** @param {LockOptions} options */
  #request(options) {
    const request = {};
    navigator.locks
      .request(this.#name, options, (lock) => (lock ? this.#hold(request) : this.#wait()))
      .catch((error) => {
        // In a frame whose browser lets it keep nothing there are no locks either: nothing is known of other tabs.
        if (error?.name === "SecurityError") this.#ends.won();
        else if (this.#held === request) this.#lose(); // stolen, or given up before it was had
      });
  }

  /** @param {object} request */
  #hold(request) {
    this.#held = request;
    this.#ends.won();
    return new Promise((resolve) => (this.#letGo = () => resolve(null)));
  }

  #wait() {
    this.#ends.waits();
    this.#queue();
  }

  #queue() {
    this.#queueing = new AbortController();
    this.#request({ signal: this.#queueing.signal });
  }

  #steal() {
    if (this.#held) return;
    this.#queueing.abort();
    this.#request({ steal: true });
  }

  async #give() {
    if (!this.#held) return;
    await this.#ends.lost();
    this.#held = null;
    this.#letGo();
    this.#queue();
  }

  #lose() {
    this.#held = null;
    void this.#ends.lost();
    this.#queue();
  }
}

/** By asking the other tabs, where there are no locks: on plain HTTP. Who took the lead last has it. */
class CalledLead {
  #since = 0; // when this tab took the lead; 0: it does not lead
  #isTaking = false;
  #isToldToWait = false;
  #silence = 0;
  #ends;
  #channel;

  /**
   * @param {Ends} ends
   * @param {BroadcastChannel} channel
   */
  constructor(ends, channel) {
    this.#ends = ends;
    this.#channel = channel;
    channel.onmessage = ({ data }) => this.#hear(data);
    addEventListener("pagehide", () => this.#since && this.#say("leaves"));
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  take() {
    this.#isTaking = true;
    this.#say("give");
    this.#winUnlessToldWithin(GIVE_WITHIN_MS);
  }

  #look() {
    if (this.#since || this.#isTaking) return;
    this.#say("who");
    this.#winUnlessToldWithin(ANSWER_WITHIN_MS);
  }

  /** @param {Said} said */
  #hear({ word, since }) {
    if (word === "who" && this.#since) this.#say("leads");
    else if (word === "give" && this.#since) void this.#give();
    else if (word === "leads" && this.#since > since) this.#say("leads");
    else if (word === "leads" && this.#since) void this.#lose();
    else if (word === "leads" && !this.#isTaking) this.#wait();
    else if (word === "leaves") this.#isTaking ? this.#win() : this.#look();
  }

  #wait() {
    clearTimeout(this.#silence);
    if (!this.#isToldToWait) this.#ends.waits();
    this.#isToldToWait = true;
  }

  async #give() {
    await this.#lose();
    this.#say("leaves");
  }

  #lose() {
    this.#since = 0;
    this.#isToldToWait = true;
    return this.#ends.lost();
  }

  #win() {
    clearTimeout(this.#silence);
    this.#isTaking = false;
    if (this.#since) return;
    this.#since = Date.now() + Math.random();
    this.#say("leads");
    this.#ends.won();
  }

  /** @param {number} ms */
  #winUnlessToldWithin(ms) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#win(), ms);
  }

  /** @param {Said["word"]} word */
  #say(word) {
    this.#channel.postMessage({ word, since: this.#since });
  }
}
