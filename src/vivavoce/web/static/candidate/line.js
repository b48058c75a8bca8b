// @ts-check
import { openPost, openSocket } from "./wires.js";
/** @import { Kept, LineState, SoundToPage, Told, ToPage, ToServer } from "./protocol.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Wire } from "./wires.js" */

const PATIENCE_MS = 10_000; // without a word that we wait for, the wire counts as dead
const SCENE_PATIENCE_MS = 30_000; // the next question may have to be thought up
const AWAY_AFTER_MS = 2_000; // a short gap is not worth a word
const STEADY_MS = 30_000; // a socket that lived this long proves that sockets work here
const CLIMB_MS = 60_000; // from POST back to a socket
const CLIMB_SOON_MS = 1_000; // where one has carried before
const MOST_LOSSES = 2; // in a row, of sockets; then we try POST
const MOST_LOSSES_CARRIED = 5; // where one has carried before: more likely the server is away, or the network
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const FAULT_AFTER_MS = 10_000; // a server that is away for so long, while the device is online, is at fault
const GAVE_WAY = 4409;
const LONGEST_GAP_MS = 30_000; // between two tries; more passes only where the device slept

/**
 * The line to the server: a WebSocket, or POST where sockets are blocked. What is sent stays in the outbox until its
 * receipt and goes out again, under the same key, on each new connection: nothing is lost, nothing is doubled.
 *
 *   connect ── opened ──► "arrive", a greeting of others, all of the outbox ── first word ──► live
 *      ▲                                                                    │
 *      └── wait 0.5 s … 15 s ◄── lost (closed, silent, offline) ◄───────────┘      4401, 4404, …: ended
 *
 * Where newer windows took its place (`elsewhere`, 4409) it stops, until somebody starts it again.
 */
export class Line {
  /** @type {Wire | null} */
  #wire = null;
  #isOpen = false;
  #isSocket = true;
  #socketLosses = 0; // in a row; not those while the device is offline
  #hasCarried = false; // a socket has carried words here
  #isSwallowed = false; // and the last one that did let what we said get lost
  #losses = 0; // in a row, of any kind
  #openedAt = 0;
  /** @type {LineState} */
  #state = "joining";
  #timers = { retry: 0, patience: 0, away: 0, climb: 0 };
  #isStopped = true;
  /** How long nothing was heard, up to a moment; offline: the device was, meanwhile. */
  #silence = { ms: 0, until: 0, wasOffline: false };
  #where;
  #outbox;
  #tell;

  /**
   * @param {{ socket: string, say: string }} where
   * @param {Outbox} outbox
   * @param {{ heard(message: ToPage | SoundToPage, about: Kept | null): void, changed(state: LineState, code: number): void, failed(seconds: number): void, gaveWay(): void, greeting(): Told[] }} tell
   */
  constructor(where, outbox, tell) {
    this.#where = where;
    this.#outbox = outbox;
    this.#tell = tell;
    addEventListener("offline", () => this.#goOffline());
    addEventListener("online", () => this.#connect());
  }

  start() {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#silence = { ms: 0, until: Date.now(), wasOffline: navigator.onLine === false };
    this.#timers.away = setTimeout(() => this.#become("away"), PATIENCE_MS);
    this.#connect();
  }

  /** Until the next start: another tab leads. */
  stop() {
    this.#isStopped = true;
    const wire = this.#wire;
    this.#wire = null;
    this.#isOpen = false;
    this.#stopTimers();
    wire?.close();
    if (this.#state !== "ended") this.#become("joining");
  }

  /** @param {Kept} message */
  send(message) {
    this.#outbox.put(message);
    this.#sendNow(message);
  }

  /**
   * Says once what need not arrive; false when it can't be said now.
   * @param {Told} message
   */
  tell(message) {
    return this.#sendNow(message);
  }

  /** Whether this connection carries sound: POST does not. */
  get carriesSound() {
    return this.#isOpen && this.#wire?.sound != null;
  }

  /** Whether a connection that does is to be hoped for. */
  get mayCarrySound() {
    return this.carriesSound || this.#hasCarried;
  }

  /** Bytes that wait in the browser. */
  get queued() {
    return this.#wire?.sound?.queued() ?? 0;
  }

  /**
   * A frame of sound; false when it can't be sent now.
   * @param {ArrayBuffer} frame
   */
  sendFrame(frame) {
    if (!this.#isOpen || !this.#wire?.sound) return false;
    this.#wire.sound.sendFrame(frame);
    if (!this.#timers.patience) this.#expect();
    return true;
  }

  /** @param {ToServer} message */
  #sendNow(message) {
    if (!this.#wire || !this.#isOpen) return false;
    this.#wire.send(message);
    if (!this.#timers.patience) this.#expect(); // drafts in a row must not put off what shows a dead wire
    return true;
  }

  get #trustsSockets() {
    return this.#hasCarried && !this.#isSwallowed;
  }

  #connect() {
    if (this.#state === "ended" || this.#isStopped || this.#wire) return;
    clearTimeout(this.#timers.retry);
    this.#isSocket = this.#socketLosses < (this.#trustsSockets ? MOST_LOSSES_CARRIED : MOST_LOSSES);
    /** @type {Wire} */
    const wire = (this.#isSocket ? openSocket : openPost)(this.#isSocket ? this.#where.socket : this.#where.say, {
      opened: () => wire === this.#wire && this.#greet(wire),
      heard: (message) => wire === this.#wire && this.#hear(message),
      lost: (code) => wire === this.#wire && this.#lose(code),
    });
    this.#wire = wire;
    this.#expect();
  }

  /** @param {Wire} wire */
  #greet(wire) {
    this.#isOpen = true;
    this.#openedAt = Date.now();
    wire.send({ kind: "arrive" });
    if (wire.sound) for (const message of this.#tell.greeting()) wire.send(message);
    for (const message of this.#outbox.all()) wire.send(message);
  }

  /** A word must come soon, or the wire is dead. */
  #expect(within = PATIENCE_MS) {
    clearTimeout(this.#timers.patience);
    this.#timers.patience = setTimeout(() => this.#giveUp(), within);
  }

  #expectNothing() {
    clearTimeout(this.#timers.patience);
    this.#timers.patience = 0;
  }

  /** @param {ToPage | SoundToPage} message */
  #hear(message) {
    if (message.kind === "elsewhere") return this.#giveWay();
    let about = null;
    if ("key" in message && message.key) about = this.#outbox.take(message.key);
    if (about && this.#isSocket) this.#isSwallowed = false;
    if (message.kind === "scene" && message.phase === "submitted") this.#outbox.clear();
    const isWaiting = this.#outbox.all().length > 0;
    // Sound has receipts of its own each second: they say nothing of a message that we wait for.
    if (message.kind !== "heard_to" || !isWaiting) this.#expectNothing();
    if (isWaiting && !this.#timers.patience) this.#expect();
    else if (message.kind === "receipt" && about && ["answer", "wish", "submit"].includes(about.kind)) this.#expect(SCENE_PATIENCE_MS);
    if (this.#state !== "live") this.#settle();
    this.#tell.heard(message, about);
  }

  #giveWay() {
    this.stop();
    this.#tell.gaveWay();
  }

  #settle() {
    this.#losses = 0;
    this.#endSilence();
    clearTimeout(this.#timers.away);
    this.#timers.away = 0;
    if (this.#isSocket) this.#hasCarried = true;
    else this.#climbAfter(this.#trustsSockets ? CLIMB_SOON_MS : CLIMB_MS);
    this.#become("live");
  }

  #endSilence() {
    this.#addSilence();
    const { ms, wasOffline } = this.#silence;
    this.#silence = { ms: 0, until: 0, wasOffline: false };
    if (ms >= FAULT_AFTER_MS && !wasOffline) this.#tell.failed(Math.round(ms / 100) / 10);
  }

  /** Up to now. */
  #addSilence() {
    const now = Date.now();
    if (this.#silence.until) this.#silence.ms += Math.min(now - this.#silence.until, LONGEST_GAP_MS);
    this.#silence.until = now;
  }

  /** @param {number} ms */
  #climbAfter(ms) {
    clearTimeout(this.#timers.climb);
    this.#timers.climb = setTimeout(() => this.#climb(), ms);
  }

  /** POST works; see if a socket does by now. */
  #climb() {
    if (this.#outbox.all().length) return this.#climbAfter(CLIMB_SOON_MS);
    this.#hasCarried = false; // one that fails now is blocked
    this.#wire?.close();
    this.#wire = null;
    this.#socketLosses = 1;
    this.#connect();
  }

  /** A socket that opens and never says a word is swallowed on its way: no second try before POST. */
  #giveUp() {
    if (this.#isSocket && this.#state === "live" && this.#outbox.all().length) this.#isSwallowed = true;
    if (this.#isSocket && this.#state !== "live" && !this.#trustsSockets) this.#socketLosses = 1;
    if (!this.#silence.until) this.#silence.until = Date.now() - PATIENCE_MS;
    this.#drop();
  }

  #goOffline() {
    this.#silence.wasOffline = true;
    this.#drop();
  }

  /** Leave the wire ourselves: it is silent, or the device says that it is offline. */
  #drop() {
    const wire = this.#wire;
    if (!wire) return;
    this.#lose(1006);
    wire.close();
  }

  /** @param {number} code a WebSocket's close code, or 4000 + an HTTP status */
  #lose(code) {
    const lived = this.#isOpen ? Date.now() - this.#openedAt : 0;
    this.#wire = null;
    this.#isOpen = false;
    this.#expectNothing();
    clearTimeout(this.#timers.climb);
    if (code === GAVE_WAY) return this.#giveWay();
    if (code >= 4400 && code < 4500) return this.#become("ended", code);
    if (navigator.onLine === false) this.#socketLosses = Math.min(this.#socketLosses, 1); // that says nothing of sockets
    else if (this.#isSocket) this.#socketLosses = lived > STEADY_MS ? 1 : this.#socketLosses + 1;
    else this.#socketLosses = 1; // POST is dead as well: a socket gets its turn again
    this.#addSilence();
    if (navigator.onLine === false) this.#silence.wasOffline = true;
    if (this.#state === "live") this.#become("joining");
    if (navigator.onLine === false) this.#become("away");
    else if (!this.#timers.away) this.#timers.away = setTimeout(() => this.#become("away"), AWAY_AFTER_MS);
    this.#timers.retry = setTimeout(() => this.#connect(), waitMs(this.#losses++));
  }

  /**
   * @param {LineState} state
   * @param {number} [code]
   */
  #become(state, code = 0) {
    if (state === "ended") this.#stopTimers();
    this.#state = state;
    this.#tell.changed(state, code);
  }

  #stopTimers() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = { retry: 0, patience: 0, away: 0, climb: 0 };
  }
}

/**
 * Longer each time, and never in step with the others who lost the same server.
 * @param {number} losses
 */
function waitMs(losses) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** losses);
  return longest * (0.5 + Math.random() / 2);
}
