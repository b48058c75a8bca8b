// @ts-check

const QUIET_MS = 400; // a wait shorter than this is not shown
const SLOW_MS = 3_400; // thinking lasts three seconds at most, then a word

/** The wait for the server to take what was sent. */
export class Waiting {
  /** @type {"nothing" | "wish" | "answer"} */
  for = "nothing";
  /** @type {"quiet" | "shown" | "slow"} */
  stage = "quiet";
  /** @type {number[]} */
  #timers = [];
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {"wish" | "answer"} what */
  begin(what) {
    if (this.for === "nothing") this.#timers = [setTimeout(() => this.#reach("shown"), QUIET_MS), setTimeout(() => this.#reach("slow"), SLOW_MS)];
    if (this.for !== "answer") this.for = what;
  }

  end() {
    this.#timers.forEach(clearTimeout);
    this.for = "nothing";
    this.stage = "quiet";
  }

  /** @param {"shown" | "slow"} stage */
  #reach(stage) {
    this.stage = stage;
    this.#changed();
  }
}
