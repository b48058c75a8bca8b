// @ts-check
import { Frames } from "./frames.js";
import { NoMicrophone, openMicrophone, toLevel } from "./microphone.js";
/** @import { SoundToPage, Told } from "../protocol.js" */
/** @import { Line } from "../line.js" */
/** @import { Microphone, WhyNot } from "./microphone.js" */
/** @import { Moment } from "./players.js" */

const LEVEL_MS = 66; // the meter moves so often
const AGAIN_MS = 3_000; // another process still has the sound
const MOST_REFUSALS = 2;

/** @typedef {WhyNot | "no_line" | "taken" | "no_ear" | "not_kept" | "nobody" | "failed" | "elsewhere" | "not_here"} WhyTyping */

/**
 * The candidate's side of the sound: the microphone, its frames, and when they may go.
 *
 *   open ──► open_sound ──► hello_sound ──► frames while a question is asked ──► close
 */
export class Ear {
  isAsked = false; // a question stands: only then is sound taken
  /** @type {Microphone | null} */
  #microphone = null;
  #isOpening = false;
  #refusals = 0;
  #levelAt = 0;
  #again = 0;
  #ready = Promise.resolve();
  #frames;
  #line;
  #tell;

  /**
   * @param {string} attempt its id
   * @param {Line} line
   * @param {{ level(level: number): void, closed(why: WhyTyping): void, lost(seconds: number): void, changed(): void }} tell closed: from here on by typing
   */
  constructor(attempt, line, tell) {
    this.#line = line;
    this.#tell = tell;
    this.#frames = new Frames(attempt, { queued: () => line.queued, send: (frame) => line.sendFrame(frame), lost: tell.lost });
  }

  /** From here on this page leads, with what the device keeps. */
  begin() {
    this.#ready = this.#frames.open();
  }

  /** @param {number} turn that is recorded from here on, or is recorded anew */
  hearTurn(turn) {
    this.#frames.begin(turn);
  }

  /** Done when all that was recorded is on the device, or can't be. */
  settle() {
    return this.#frames.settle();
  }

  get isOpen() {
    return this.#microphone !== null;
  }

  get isOpening() {
    return this.#isOpening;
  }

  /** Whether sound is taken in: recorded, and sent or kept. */
  get takes() {
    return this.#microphone !== null && this.#frames.isGreeted && this.isAsked;
  }

  /** Whether all that was recorded has gone out. */
  get isSent() {
    return this.#frames.isSent;
  }

  /** Of the next frame; null where none is recorded. */
  get nextFrame() {
    return this.#microphone && this.#frames.isGreeted ? this.#frames.next : null;
  }

  /** Where the attempt's sound stands, and whether more of it is recorded now. @returns {Moment} */
  get moment() {
    return { at: this.#frames.moment, begun: this.#frames.begun, isRecorded: this.takes };
  }

  /** What is said at the beginning of a connection. @returns {Told[]} */
  greeting() {
    this.#frames.hold();
    return this.#microphone ? [this.#opening()] : [];
  }

  /** Opens the microphone; what stands in the way is told. @param {string} [id] of the device */
  async open(id) {
    if (this.#microphone || this.#isOpening) return;
    this.#isOpening = true;
    this.#tell.changed();
    try {
      await this.#ready;
      const microphone = await openMicrophone({ heard: (pcm, loudness) => this.#hear(pcm, loudness), lost: (why) => this.#stop(why) }, id);
      if (!this.#isOpening) return microphone.close(); // meanwhile it was to be closed
      this.#microphone = microphone;
      if (this.#line.carriesSound) this.#line.tell(this.#opening());
    } catch (error) {
      if (this.#isOpening) this.#tell.closed(error instanceof NoMicrophone ? error.why : "unable");
    } finally {
      this.#isOpening = false;
      this.#tell.changed();
    }
  }

  /** Another server than before may hear it: it learns what has a receipt. @returns {import("../protocol.js").OpenSound} */
  #opening() {
    return { kind: "open_sound", ...this.#frames.unacknowledged };
  }

  /** The candidate types. What was recorded is still sent. */
  close() {
    this.#isOpening = false;
    clearTimeout(this.#again);
    if (!this.#microphone) return;
    this.#microphone.close();
    this.#microphone = null;
    this.#line.tell({ kind: "close_sound" });
    this.#tell.level(0);
    this.#tell.changed();
  }

  /** The line is down, or another tab leads. */
  hold() {
    this.#frames.hold();
  }

  forget() {
    this.close();
    this.#frames.forget();
  }

  /** @param {SoundToPage} message */
  heard(message) {
    if (message.kind === "hello_sound") this.#frames.greet(message.next, message.frame_bytes);
    else if (message.kind === "heard_to") this.#frames.heardTo(message.next);
    else if (message.kind === "frames_missed") this.#frames.resendFrom(message.next);
    else if (message.kind === "sound_refused") this.#refused(message.reason);
    else if (message.kind === "sound_taken") this.#stop("taken");
    else if (message.kind === "typing_only") this.#typing(message.reason);
  }

  /** @param {"size" | "too_much" | "too_long"} reason */
  #refused(reason) {
    if (this.#frames.waiting) this.#tell.lost(this.#frames.waiting);
    this.#frames.forget();
    if (reason === "too_long" || ++this.#refusals >= MOST_REFUSALS) this.#stop("not_kept");
  }

  /** @param {"no_ear" | "not_kept" | "nobody" | "failed" | "elsewhere" | "not_here" | "not_agreed"} reason */
  #typing(reason) {
    if (reason === "not_agreed") return this.#stop("not_here"); // the page asks for it before it ever opens the sound
    if (reason !== "elsewhere") return this.#stop(reason);
    this.#again = setTimeout(() => this.#microphone && this.#line.tell(this.#opening()), AGAIN_MS);
  }

  /** @param {WhyTyping} why */
  #stop(why) {
    this.close();
    this.#tell.closed(why);
  }

  /**
   * @param {ArrayBuffer} pcm
   * @param {number} loudness
   */
  #hear(pcm, loudness) {
    if (this.isAsked) this.#frames.record(pcm);
    const now = performance.now();
    if (now - this.#levelAt < LEVEL_MS) return;
    this.#levelAt = now;
    this.#tell.level(toLevel(loudness));
  }
}
