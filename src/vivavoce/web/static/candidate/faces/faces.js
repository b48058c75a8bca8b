// @ts-check
import { newKey } from "../outbox.js";
/** @import { Noticed } from "../protocol.js" */

const EACH_MS = 2_000;
const LONGEST_STEP = 4; // seconds that one look stands for
const SLOWEST_MS = 500; // a device that takes longer, again and again, is left alone
const MOST_SLOW = 3;
const NONE_IN_A_ROW = 3; // looks without a face: whoever turns away for a moment is there
const SEVERAL_IN_A_ROW = 2; // looks with several: whoever walks by is not
const WIDTH = 320;

/** @typedef {{ number: number, watched: number, none: number, several: number, of: "none" | "several" | "one", run: number, seconds: number }} WatchedTurn */

/**
 * How many faces the camera sees, turn by turn: for how long none, and for how long several. Counted on this device, every
 * other second; no picture leaves it for that. Where the device is slow, or anything fails, nothing is counted.
 *
 *   camera ──► picture every 2 s ──► counter.js, a worker ──► count ──► told at the end of the turn
 */
export class Faces {
  #isWanted;
  #tell;
  #video = document.createElement("video");
  /** @type {Worker | null} */
  #worker = null;
  #isOpen = false;
  #isAsked = false;
  #slow = 0;
  #timer = 0;
  #looked = 0;
  /** @type {WatchedTurn | null} */
  #turn = null;

  /**
   * @param {boolean} isWanted
   * @param {(noticed: Noticed) => void} tell
   */
  constructor(isWanted, tell) {
    this.#isWanted = isWanted;
    this.#tell = tell;
    this.#video.muted = this.#video.playsInline = true;
  }

  /**
   * This turn's picture is recorded from now on.
   * @param {MediaStream} stream
   * @param {number} number
   */
  records(stream, number) {
    if (!this.#isWanted) return;
    this.#endTurn();
    this.#turn = { number, watched: 0, none: 0, several: 0, of: "one", run: 0, seconds: 0 };
    if (this.#video.srcObject !== stream) this.#video.srcObject = stream;
    this.#video.play().catch(() => {}); // the camera went off meanwhile
    this.#looked = performance.now();
    this.#open();
    this.#timer ||= this.#wait();
  }

  /** None is, for now. */
  rests() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#endTurn();
    this.#video.srcObject = null;
  }

  #open() {
    if (this.#worker) return;
    try {
      this.#worker = new Worker(trusted(new URL("./counter.js", import.meta.url).href), { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#hear(data);
      this.#worker.onerror = () => this.#giveUp();
      this.#worker.postMessage("open");
    } catch {
      this.#giveUp();
    }
  }

  #wait() {
    return setTimeout(() => {
      this.#timer = this.#wait();
      void this.#look();
    }, EACH_MS);
  }

  async #look() {
    if (!this.#isOpen || this.#isAsked || document.hidden || !this.#video.videoWidth) return;
    this.#isAsked = true;
    const picture = await createImageBitmap(this.#video, { resizeWidth: WIDTH }).catch(() => null);
    if (picture && this.#worker) this.#worker.postMessage(picture, [picture]);
    else this.#isAsked = false;
  }

  /** @param {{ isOpen?: true, count?: number, ms?: number, failed?: string }} told */
  #hear({ isOpen, count, ms = 0, failed }) {
    if (failed) return this.#giveUp();
    if (isOpen) {
      this.#isOpen = true;
      this.#looked = performance.now();
      return;
    }
    this.#isAsked = false;
    this.#slow = ms > SLOWEST_MS ? this.#slow + 1 : 0;
    const now = performance.now();
    this.#add(count ?? 1, Math.min(LONGEST_STEP, (now - this.#looked) / 1_000));
    this.#looked = now;
    if (this.#slow >= MOST_SLOW) this.#giveUp();
  }

  /**
   * @param {number} count
   * @param {number} seconds
   */
  #add(count, seconds) {
    const turn = this.#turn;
    if (!turn) return;
    const of = count === 0 ? "none" : count === 1 ? "one" : "several";
    if (of !== turn.of) settle(turn);
    turn.of = of;
    turn.run++;
    turn.seconds += seconds;
    turn.watched += seconds;
  }

  #endTurn() {
    const turn = this.#turn;
    this.#turn = null;
    if (!turn?.watched) return;
    settle(turn);
    this.#note(turn.number, "faces_watched", turn.watched);
    if (turn.none) this.#note(turn.number, "no_face", turn.none);
    if (turn.several) this.#note(turn.number, "several_faces", turn.several);
  }

  /**
   * @param {number} number
   * @param {Noticed["what"]} what
   * @param {number} seconds
   */
  #note(number, what, seconds) {
    this.#tell({ kind: "noticed", key: newKey(), what, number, seconds: Math.round(seconds * 10) / 10 });
  }

  #giveUp() {
    this.#isWanted = false;
    this.#worker?.terminate();
    this.#worker = null;
    this.rests();
  }
}

/** What stood before a change counts where it lasted. @param {WatchedTurn} turn */
function settle(turn) {
  if (turn.of === "none" && turn.run >= NONE_IN_A_ROW) turn.none += turn.seconds;
  if (turn.of === "several" && turn.run >= SEVERAL_IN_A_ROW) turn.several += turn.seconds;
  turn.run = turn.seconds = 0;
}

/** The address of a script of ours, as the page's policy wants it. @param {string} address */
function trusted(address) {
  const { trustedTypes } = /** @type {any} */ (window);
  return trustedTypes ? trustedTypes.createPolicy("vivavoce", { createScriptURL: (/** @type {string} */ url) => url }).createScriptURL(address) : address;
}
