// @ts-check
import { openFrameStore } from "./frame_store.js";
/** @import { FrameStore } from "./frame_store.js" */

export const RATE_HZ = 16_000;
const FRAME_BYTES = 1_280; // 40 ms, unless the attempt has frames already
const LONGEST_KEPT = 110; // seconds; more than 120 ahead of time the server does not take
const MOST_QUEUED = 128 * 1024; // bytes that the line may hold: what else is said must not wait behind a minute of sound
const PUMP_MS = 50;

/**
 * queued: bytes that wait in the browser. send: false when it can't be sent now. lost: so much was recorded and is gone.
 * @typedef {{ queued(): number, send(frame: ArrayBuffer): boolean, lost(seconds: number): void }} Way
 */

/**
 * The sound that the server does not have on its disk yet: cut into numbered frames, kept on the device, sent again
 * after a drop. Without a gap and without a double: what is kept is always one run of numbers. Of the turn that is
 * recorded, memory keeps what has a receipt as well: a server that goes on for a dead one may need it.
 *
 *   record ──► [first … safe … cursor … next)        hello, heard_to: safe moves up; frames_missed: cursor goes back
 */
export class Frames {
  /** @type {ArrayBuffer[]} */
  #kept = [];
  #first = 0; // the number of the first one that is kept
  #safe = 0; // the number of the first one without a receipt
  #turn = 0; // the number of the turn that is recorded
  #cursor = 0; // the number of the next one to be sent
  #frameBytes = FRAME_BYTES;
  #tail = new Uint8Array(FRAME_BYTES); // of the frame that is being recorded
  #tailLength = 0;
  #isGreeted = false; // numbers are known
  #begun = /** @type {number | null} */ (null);
  #isOpen = false; // this connection has been greeted
  #timer = 0;
  /** @type {FrameStore | null} */
  #store = null;
  #attempt;
  #way;

  /**
   * @param {string} attempt its id
   * @param {Way} way
   */
  constructor(attempt, way) {
    this.#attempt = attempt;
    this.#way = way;
  }

  /** Done when what an earlier page, or another tab, left on the device is here, or can't be had. */
  async open() {
    this.hold();
    this.#isGreeted = false;
    this.#store ??= await openFrameStore(this.#attempt);
    const left = await this.#store.read();
    if (!left || this.#isGreeted) return;
    this.#kept = left.frames;
    this.#first = this.#safe = this.#cursor = left.first;
    this.#cutBy(left.frames[0]?.byteLength ?? this.#frameBytes);
  }

  /** Done when all of it is on the device, or can't be. */
  settle() {
    return this.#store?.settle();
  }

  /** The number of the next new frame. */
  get next() {
    return this.#first + this.#kept.length;
  }

  /** From which frame on no server has it, and which of the turn are still here; nothing where the page does not know. */
  get unacknowledged() {
    if (!this.#isGreeted && !this.#kept.length) return {};
    const kept = this.#first < this.#safe ? { kept: this.#first, number: this.#turn } : {};
    return { next: this.#safe, frame_bytes: this.#frameBytes, ...kept };
  }

  /** Seconds of the attempt's sound up to now; null where that is not known. */
  get moment() {
    return this.#isGreeted ? this.#secondsOf(this.next) + this.#tailLength / 2 / RATE_HZ : null;
  }

  /** Where it stood when the server first greeted this page; null before. */
  get begun() {
    return this.#begun;
  }

  /** Whether all of it has gone out, by this connection. */
  get isSent() {
    return this.#isOpen ? this.#cursor === this.next : this.#safe === this.next;
  }

  /** Seconds of sound that the server does not have yet. */
  get waiting() {
    return this.#secondsOf(this.next - this.#safe);
  }

  /** Whether sound may be recorded: the server has said which frame comes next. */
  get isGreeted() {
    return this.#isGreeted;
  }

  /** @param {ArrayBuffer} pcm of any length */
  record(pcm) {
    if (!this.#isGreeted) return;
    let rest = new Uint8Array(pcm);
    while (rest.length) {
      const taken = rest.subarray(0, this.#frameBytes - this.#tailLength);
      this.#tail.set(taken, this.#tailLength);
      this.#tailLength += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#tailLength === this.#frameBytes) this.#keep();
    }
    this.#pump();
  }

  /**
   * The server greets: it has all frames before `next`.
   * @param {number} next
   * @param {number | null} frameBytes of the attempt's frames; null: there is none yet
   */
  greet(next, frameBytes) {
    if (frameBytes && frameBytes !== this.#frameBytes) this.#cutAnew(frameBytes);
    const isAhead = this.#isGreeted && !this.waiting && this.#first > next;
    this.#isGreeted = this.#isOpen = true;
    if (isAhead) this.#lose(this.#safe - next);
    this.#settle(next);
    this.#cursor = this.#safe;
    this.#begun ??= this.moment;
    this.#pump();
  }

  /** All before it is safe. @param {number} next */
  heardTo(next) {
    if (next > this.#safe) this.#settle(Math.min(next, this.next));
  }

  /** Frames are missing: they are sent from this one on. @param {number} next */
  resendFrom(next) {
    this.#settle(next);
    this.#cursor = this.#safe;
    this.#pump();
  }

  /** What belongs to another turn, or was saved, is sent at most until it has a receipt. @param {number} turn that is recorded */
  begin(turn) {
    this.#turn = turn;
    this.#let(this.#safe - this.#first);
  }

  /** The line is down; what is recorded meanwhile is kept. */
  hold() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Nothing of it will be sent any more. */
  forget() {
    this.hold();
    this.#isGreeted = false;
    this.#tailLength = 0;
    this.#settle(this.next);
    this.#let(this.#kept.length);
  }

  #keep() {
    this.#kept.push(this.#tail.slice().buffer);
    this.#tailLength = 0;
    if (this.#secondsOf(this.#kept.length) > LONGEST_KEPT) this.#let(1);
    this.#store?.put(this.next - 1, this.#kept.at(-1) ?? new ArrayBuffer(0));
  }

  /**
   * What the server has is safe. What it asks for and we do not have any more is lost: the rest moves up.
   * @param {number} next
   */
  #settle(next) {
    if (next > this.next) this.#let(next - this.#first);
    if (next >= this.#safe) return this.#secure(next);
    if (next < this.#first) {
      this.#let(this.#safe - this.#first);
      if (this.#kept.length) this.#lose(this.#first - next);
      this.#first = this.#cursor = next;
    }
    this.#safe = next;
    this.#store?.replace(next, this.#kept.slice(next - this.#first));
  }

  /** All before it has a receipt. @param {number} next */
  #secure(next) {
    if (next === this.#safe) return;
    this.#safe = next;
    this.#cursor = Math.max(this.#cursor, next);
    this.#store?.dropBefore(next);
  }

  /** Lets go of so many. @param {number} count */
  #let(count) {
    if (!count) return;
    this.#kept.splice(0, count);
    this.#first += count;
    if (this.#first > this.#safe) this.#secure(this.#first);
  }

  /** @param {number} count of frames */
  #lose(count) {
    this.#way.lost(Math.round(this.#secondsOf(count) * 100) / 100);
  }

  #pump() {
    if (this.#timer) return;
    while (this.#isOpen && this.#cursor < this.next) {
      if (this.#way.queued() > MOST_QUEUED) return this.#pumpLater();
      if (!this.#way.send(numbered(this.#cursor, this.#kept[this.#cursor - this.#first] ?? new ArrayBuffer(0)))) return this.hold();
      this.#cursor++;
    }
  }

  #pumpLater() {
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#pump();
    }, PUMP_MS);
  }

  /** The attempt's frames have another length than ours: all that is kept is cut again. @param {number} bytes */
  #cutAnew(bytes) {
    this.#let(this.#safe - this.#first);
    const whole = new Uint8Array(this.#kept.length * this.#frameBytes + this.#tailLength);
    this.#kept.forEach((frame, at) => whole.set(new Uint8Array(frame), at * this.#frameBytes));
    whole.set(this.#tail.subarray(0, this.#tailLength), this.#kept.length * this.#frameBytes);
    this.#kept = Array.from({ length: Math.floor(whole.length / bytes) }, (_, at) => whole.slice(at * bytes, (at + 1) * bytes).buffer);
    this.#cutBy(bytes);
    this.#tail.set(whole.subarray(this.#kept.length * bytes));
    this.#tailLength = whole.length % bytes;
    this.#store?.replace(this.#first, this.#kept);
  }

  /** @param {number} bytes */
  #cutBy(bytes) {
    this.#frameBytes = bytes;
    this.#tail = new Uint8Array(bytes);
    this.#tailLength = 0;
  }

  /** @param {number} count */
  #secondsOf(count) {
    return (count * this.#frameBytes) / 2 / RATE_HZ;
  }
}

/**
 * As it goes over the line.
 * @param {number} number
 * @param {ArrayBuffer} pcm
 */
function numbered(number, pcm) {
  const frame = new Uint8Array(4 + pcm.byteLength);
  new DataView(frame.buffer).setUint32(0, number, true);
  frame.set(new Uint8Array(pcm), 4);
  return frame.buffer;
}
