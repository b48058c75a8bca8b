// @ts-check
import { byId } from "../page.js";
import { Parts } from "./parts.js";
import { Sender } from "./sender.js";
import { Take } from "./take.js";
/** @import { Shelf } from "../shelf.js" */
/** @import { Moment } from "../sound/players.js" */
/** @import { Facts } from "../words.js" */

const FIRST_ANSWERS = 5;
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15, max: 30 }, facingMode: "user" };

/**
 * The candidate's camera: one take a turn, while the microphone takes their sound. Whatever fails, the interview goes on.
 *
 *   turn ──► take ──► parts of a second, on the device ──► sender ──► any server
 */
export class Camera {
  #attempt;
  #facts;
  #shelf;
  #mode;
  #url;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {Promise<MediaStream | null> | null} */
  #opening = null;
  /** @type {Take | null} */
  #take = null;
  #number = 0; // of the turn that is recorded, or is to be
  /** @type {Parts | null} */
  #parts = null;
  /** @type {Sender | null} */
  #sender = null;
  #isLeading = false;
  #isTurnedOff = false; // by the candidate: the page says so, and how it is turned on again
  #tell;

  /**
   * mode: which turns are recorded: "off", "first" (five) or "all". url: where parts go. records: this turn is recorded
   * from now on; rests: none is.
   * @param {{ attempt: string, mode: string, url: string, facts: Facts, shelf: Shelf }} parts
   * @param {{ records(stream: MediaStream, number: number): void, rests(): void }} tell
   */
  constructor({ attempt, mode, url, facts, shelf }, tell) {
    this.#attempt = attempt;
    this.#tell = tell;
    this.#mode = "MediaRecorder" in window && navigator.mediaDevices ? mode : "off";
    this.#url = url;
    this.#facts = facts;
    this.#shelf = shelf;
    byId("camera-off").addEventListener("click", () => this.turnOff());
    facts.set({ camera: "off" });
  }

  /** From here on this page leads: what an earlier one left on the device goes out. */
  async begin() {
    this.#isLeading = true;
    if (this.#shelf.get("camera") === "off") this.turnOff(); // nobody may have heard of it
    this.#parts ??= await Parts.open(this.#attempt);
    if (!this.#isLeading) return;
    this.#sender ??= new Sender(this.#url, this.#parts);
    this.#sender.start();
  }

  /** Another tab leads. */
  leave() {
    this.#isLeading = false;
    this.#close();
    this.#sender?.stop();
  }

  /**
   * This turn is heard from now on, or none is.
   * @param {number | null} number
   * @param {Moment} moment of the microphone's sound
   */
  follow(number, moment) {
    const wanted = number !== null && this.#wants(number) && moment.at !== null ? number : 0;
    if (wanted === this.#number) return;
    if (!wanted) return this.#close();
    this.#number = wanted;
    this.#take?.stop();
    this.#take = null;
    void this.#record(wanted, moment);
  }

  /** The candidate wants no picture any more. */
  turnOff() {
    this.#mode = "off";
    this.#isTurnedOff = true;
    this.#close();
    void this.#shelf.put("camera", "off");
    void fetch(this.#url, { method: "POST" }).then(
      ({ ok }) => ok && this.#shelf.remove("camera"),
      () => {}, // told when the page comes back
    );
  }

  /** @param {number} number */
  #wants(number) {
    return this.#isLeading && this.#mode !== "off" && (this.#mode === "all" || number <= FIRST_ANSWERS) && !this.#parts?.isFull;
  }

  /**
   * @param {number} number
   * @param {Moment} moment
   */
  async #record(number, moment) {
    const asked = performance.now();
    const stream = this.#stream ?? (await (this.#opening ??= this.#open()));
    if (!stream || !this.#parts || this.#number !== number) return;
    const late = (performance.now() - asked) / 1_000; // the sound has gone on meanwhile
    const parts = this.#parts;
    this.#take = new Take(stream, {
      number,
      moment: (moment.at ?? 0) + late,
      keep: (part) => parts.put(part).then(() => this.#sender?.wake()),
    });
    this.#tell.records(stream, number);
    this.#show();
  }

  /** @returns {Promise<MediaStream | null>} */
  async #open() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: PICTURE });
      if (!this.#number) return stop(stream); // meanwhile nobody is recorded
      this.#stream = stream;
      for (const track of stream.getTracks()) track.onended = () => this.#close();
    } catch {
      this.#mode = "off"; // refused, or there is none
    } finally {
      this.#opening = null;
    }
    return this.#stream;
  }

  #close() {
    this.#take?.stop();
    this.#take = null;
    this.#number = 0;
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.#tell.rests();
    this.#show();
  }

  #show() {
    this.#facts.set({ camera: this.#stream ? "on" : this.#isTurnedOff ? "turned-off" : "off" });
  }
}

/** @param {MediaStream} stream @returns {null} */
function stop(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
  return null;
}
