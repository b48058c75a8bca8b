// @ts-check
import { Agreement } from "./agreement.js";
import { newKey } from "./outbox.js";
import { byId, speak } from "./page.js";
import { soundWorld, unlockSound } from "./sound/context.js";
import { Ear } from "./sound/ear.js";
import { HeardWords } from "./sound/heard_words.js";
import { Interviewer } from "./sound/interviewer.js";
/** @import { Line } from "./line.js" */
/** @import { LineState, Scene, SoundToPage, Told, ToPage } from "./protocol.js" */
/** @import { Shelf } from "./shelf.js" */
/** @import { WhyTyping } from "./sound/ear.js" */
/** @import { Facts } from "./words.js" */

const DONE_WITHIN_MS = 8_000; // after "I'm done" something must come of it
const UNCLEAR = 0; // the number of the prompt after words that nobody could make out
const CHOOSE = -1; // and after those that are none of the answers to choose from
const SEND_MS = 50; // between two looks at whether all that was said has gone out
const OPEN_AFTER_MS = 400; // a scene that says something may come a little after the turn's beginning

/** @typedef {"off" | "coming" | "speaking" | "paused" | "reading" | "opening" | "listening" | "silence" | "unheard" | "waiting"} VoiceState */

/**
 * typed: the candidate types from here on, with what was understood so far; isMore: it follows on that. over: what was said is being saved. goesOn:
 * it was not over after all. understood: the whole of it, to be kept as long as it might still become an answer.
 * @typedef {{ changed(): void, typed(text: string, how?: { isMore: boolean }): void, over(): void, goesOn(): void, understood(number: number, text: string): void }} Tell
 */

/** The spoken side of the conversation: the interviewer is heard, and hears. Where it can't be, the candidate types. */
export class Voice {
  /** @type {Scene | null} */
  #scene = null;
  #isFirst = true; // the next scene is the first one of its connection
  /** What would have been said, had there been sound. @type {{ isArrival: boolean, wish: string | null } | null} */
  #heldBack = null;
  /** @type {LineState} */
  #lineState = "joining";
  #isToOpen = false;
  #isUnheard = false;
  #isPatient = false; // nobody has said a word for a while: we say that there is no hurry
  #isToChoose = false; // what was said is none of the answers shown
  #wasHeard = false; // in this interview: whoever is silent then is thinking, and asked nothing about a microphone
  /** The turn that was said to be done, until something comes of it. */
  #done = 0;
  #doneTimer = 0;
  #isSilent = false; // the candidate wants no sound
  #isToType = false; // the candidate wants to type, and what was said has not gone out yet
  #written = ""; // what of the heard words was put into the field
  #way = /** @type {"speak" | "type"} */ ("type");
  #heard = new HeardWords(byId("heard"));
  #agreement;
  #interviewer;
  #ear;
  #facts;
  #shelf;
  #line;
  #wanted;
  #hasAgreed;
  #tell;

  /**
   * wanted: how the candidate chose to answer; empty where this server has no voice. hasAgreed: to be recorded.
   * @param {{ attempt: string, wanted: string, hasAgreed: boolean, facts: Facts, shelf: Shelf, line: Line }} parts
   * @param {Tell} tell
   */
  constructor({ attempt, wanted, hasAgreed, facts, shelf, line }, tell) {
    this.isThere = wanted !== "";
    this.#facts = facts;
    this.#shelf = shelf;
    this.#line = line;
    this.#tell = tell;
    this.#ear = new Ear(attempt, line, {
      level: (level) => byId("level").setAttribute("width", `${Math.round(level * 100)}%`),
      closed: (why) => this.#fallBack(why),
      lost: (seconds) => line.send({ kind: "sound_lost", key: newKey(), seconds }),
      changed: () => this.#changed(),
    });
    this.#interviewer = new Interviewer({ shelf, line, nextFrame: () => this.#ear.nextFrame, moment: () => this.#ear.moment, isAloud: () => this.#isAloud, changed: () => this.#changed() });
    this.#agreement = new Agreement(facts);
    facts.set({ voice: this.isThere ? "some" : "none", way: "type", sound: "off", why: "none", prompt: "none", heard: "nothing", mic: "off", playing: "no" });
    this.#wanted = wanted;
    this.#hasAgreed = hasAgreed;
    if (!this.isThere) return;
    byId("type").addEventListener("change", () => this.type());
    for (const id of ["speak", "unlock"]) byId(id).addEventListener(id === "speak" ? "change" : "click", () => this.speak());
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.#scene?.phase === "asking" && this.#interviewer.skip());
    byId("sound").addEventListener("click", () => this.#turnSound(this.#isAloud));
    byId("pause").addEventListener("click", () => (this.#interviewer.state === "paused" ? this.#interviewer.resume() : this.#interviewer.pause()));
    byId("hush").addEventListener("click", () => this.#interviewer.stop());
    byId("type-instead").addEventListener("click", () => this.type());
  }

  /** From here on this page leads; it opens its ear when it knows that something is asked. */
  begin() {
    if (!this.isThere) return;
    const isSpoken = this.#hasAgreed && (this.#shelf.get("way") ?? this.#wanted) === "speak";
    this.#isSilent = (this.#shelf.get("sound") ?? (isSpoken ? "on" : "off")) === "off";
    this.#scene = null;
    this.#isToType = false;
    this.#isFirst = this.#isToOpen = true;
    this.#setWay(isSpoken ? "speak" : "type");
    this.#ear.begin();
    this.#changed();
  }

  /** Another tab leads. Done when what it needs is on the device. */
  leave() {
    this.#interviewer.stop();
    this.#ear.close();
    this.#ear.hold();
    return this.#ear.settle();
  }

  /** Whether what the candidate says is heard, or will be. */
  get isSpoken() {
    return this.#way === "speak";
  }

  /** @returns {VoiceState} */
  get state() {
    if (!this.isThere) return "off";
    const { state } = this.#interviewer;
    if (state !== "silent" && !(state === "reading" && this.#way === "type")) return state; // who types needs no time to read
    if (this.#way === "type" || !["asking", "instruction"].includes(this.#scene?.phase ?? "asking")) return "off";
    if (this.#ear.isOpening) return "opening";
    if (this.#isUnheard) return "unheard";
    if (this.#isPatient) return "silence";
    return this.#ear.takes ? "listening" : "waiting";
  }

  /** The turn in which the candidate is recorded now; null: in none. */
  get recorded() {
    return this.#ear.takes && this.#scene ? this.#scene.number : null;
  }

  /** Where the microphone's sound stands. */
  get moment() {
    return this.#ear.moment;
  }

  /** @returns {Told[]} */
  greeting() {
    this.#isFirst = true;
    return this.#ear.greeting();
  }

  /** @param {LineState} state */
  lineIs(state) {
    this.#lineState = state;
    if (state !== "live") this.#ear.hold();
    else this.#checkLine();
  }

  /** No sound is taken until the next scene. */
  rest() {
    this.#ear.isAsked = false;
    this.#changed();
  }

  /** "I'm done", in the way of somebody who speaks. */
  done() {
    if (!this.#scene) return;
    this.#interviewer.stop();
    this.#done = this.#scene.number;
    this.#tellDone();
    clearTimeout(this.#doneTimer);
    this.#doneTimer = setTimeout(() => this.#goOn(), DONE_WITHIN_MS);
    this.#tell.over();
  }

  /** The candidate begins to answer by hand: they need not hear the rest. */
  hush() {
    if (this.#way === "type") this.#interviewer.stop();
  }

  /** The candidate wants to speak. Called within a press. Who has not agreed to be recorded is asked first. */
  async speak() {
    if (!this.#hasAgreed) {
      this.#setWay("type");
      this.#hasAgreed = await this.#agreement.ask();
      if (!this.#hasAgreed) return;
    }
    this.#isSilent = this.#isToType = false;
    void this.#shelf.put("sound", "on");
    void this.#shelf.put("way", "speak");
    await this.#open();
  }

  /** The candidate wants to type. What they have said goes along: where it lies on the device alone, it goes first. */
  type() {
    this.#isToType = !this.#line.carriesSound && this.#ear.isOpen && !this.#ear.isSent;
    if (this.#isToType) return this.#setWay("speak");
    const text = this.#heard.text;
    this.#written = text;
    this.#setWay("type");
    void this.#shelf.put("way", "type");
    this.#facts.set({ why: "none" });
    this.#ear.close();
    this.#tell.typed(text);
    this.#heard.clear();
    this.#changed();
  }

  /**
   * @param {Scene} scene
   * @param {string | null} wish by button
   */
  enter(scene, wish) {
    if (!this.isThere) return;
    const isNew = this.#scene?.number !== scene.number || this.#scene?.phase !== scene.phase;
    this.#scene = scene;
    if (isNew) this.#ear.hearTurn(scene.number);
    this.#ear.isAsked = scene.phase === "asking";
    if (isNew || scene.heard) this.#clearTurn();
    const isTalk = scene.phase === "asking" || scene.phase === "instruction";
    if (!isTalk) this.#ear.close();
    if (scene.phase === "submitted") this.#ear.forget();
    if (this.#isToOpen) void (isTalk && this.#way === "speak" ? this.#open() : this.#isSilent || this.#unlock());
    this.#isToOpen = false;
    this.#say({ isArrival: this.#isFirst && !this.#heldBack, wish });
    if (scene.phase === "submitted") this.#shelf.remove("way", "sound");
    this.#isFirst = false;
    this.#wasHeard ||= scene.past.some(({ is_spoken }) => is_spoken);
    this.#changed();
  }

  /**
   * Whether it was about the sound.
   * @param {ToPage | SoundToPage} message
   * @returns {message is SoundToPage}
   */
  hears(message) {
    if (["scene", "receipt", "kept", "refused"].includes(message.kind)) return false;
    this.#hear(/** @type {SoundToPage} */ (message));
    if (message.kind !== "heard_to") this.#changed();
    return true;
  }

  /** @param {SoundToPage} message */
  #hear(message) {
    this.#ear.heard(message);
    if (message.kind === "hello_sound") this.#typeOnceSent();
    if (message.kind === "hello_sound" && this.#done) this.#tellDone();
    else if (message.kind === "listens") setTimeout(() => this.#interviewer.tellAgain(message.number), OPEN_AFTER_MS);
    else if (message.kind === "clear") this.#interviewer.stop();
    else if (message.kind === "began") this.#begins();
    else if (message.kind === "heard") this.#understand(message);
    else if (message.kind === "ahead") this.#interviewer.expect(message.sounds);
    else if (message.kind === "turn_over") this.#isOver();
    else if (message.kind === "nothing_heard") this.#hearsNothing();
    else if (message.kind === "prompt") this.#prompt(message);
    else if (message.kind === "typing_only" && message.text) this.#tell.typed(message.text);
  }

  #typeOnceSent() {
    if (this.#isToType && this.#ear.isSent) this.type();
    else if (this.#isToType) setTimeout(() => this.#typeOnceSent(), SEND_MS);
  }

  #begins() {
    this.#interviewer.stop();
    this.#isUnheard = this.#isPatient = false;
    if (this.#isToChoose) this.#facts.set({ wrong: "none" });
    this.#isToChoose = false;
  }

  /** @param {{ number: number, text: string, is_final: boolean, doubts: [number, number][] }} heard */
  #understand({ number, text, is_final, doubts }) {
    if (this.#way === "type" && !is_final) return this.#writeDown(number, text);
    this.#isUnheard = this.#isPatient = false;
    this.#wasHeard ||= text !== "";
    this.#heard.show(text, doubts, this.#scene?.question?.lang ?? "");
    this.#facts.set({ heard: text ? "some" : "nothing" });
    if (!is_final) return;
    this.#ear.hearTurn(number);
    this.#tell.understood(number, text);
  }

  /**
   * What was said before the candidate began to type, and is understood only now.
   * @param {number} number
   * @param {string} text of all that was said
   */
  #writeDown(number, text) {
    if (number !== this.#scene?.number || !text.startsWith(this.#written)) return;
    this.#tell.typed(text.slice(this.#written.length).trim(), { isMore: true });
    this.#written = text;
  }

  #isOver() {
    this.#done = 0;
    clearTimeout(this.#doneTimer);
    this.#isPatient = false;
    this.#tell.over();
  }

  #hearsNothing() {
    this.#goOn();
    this.#isUnheard = true;
  }

  /** Nothing came of "I'm done": the turn goes on. */
  #goOn() {
    this.#done = 0;
    clearTimeout(this.#doneTimer);
    this.#tell.goesOn();
  }

  /** @param {import("./protocol.js").Prompt} prompt */
  #prompt({ number, prompt, said }) {
    this.#isUnheard = prompt === UNCLEAR;
    this.#isPatient = !this.#isUnheard;
    this.#isToChoose = prompt === CHOOSE;
    if (this.#isToChoose) this.#facts.set({ wrong: "unmatched" }); // until they choose, or speak again
    const isCalm = prompt > UNCLEAR && this.#wasHeard;
    speak(byId("prompted"), said);
    this.#facts.set({ prompt: isCalm ? "calm" : "said" });
    if (isCalm) this.#interviewer.passOver(number);
    else this.#interviewer.prompt(said, number);
  }

  #clearTurn() {
    this.#done = 0;
    clearTimeout(this.#doneTimer);
    this.#isUnheard = this.#isPatient = false;
    this.#heard.clear();
    this.#written = "";
    this.#facts.set({ heard: "nothing" });
  }

  #tellDone() {
    const frame = this.#ear.nextFrame;
    this.#line.tell({ kind: "done", number: this.#done, ...(frame === null ? {} : { frame }) });
  }

  /** @param {boolean} isSilent */
  async #turnSound(isSilent) {
    this.#isSilent = isSilent;
    void this.#shelf.put("sound", isSilent ? "off" : "on");
    if (isSilent) this.#interviewer.stop();
    else await this.#unlock();
    this.#changed();
  }

  async #open() {
    this.#setWay("speak");
    this.#facts.set({ why: "none" });
    await Promise.all([this.#unlock(), this.#ear.open(this.#shelf.get("microphone") ?? undefined)]);
    if (this.#heldBack) await this.#unlock(); // a page that records may play, too
    this.#checkLine();
  }

  /** Where sockets are blocked, no sound gets through. */
  #checkLine() {
    if (this.#lineState === "live" && this.#way === "speak" && !this.#line.mayCarrySound) this.#fallBack("no_line");
  }

  /** The browser lets us play, or wants a press first. What was to be said is said then. */
  async #unlock() {
    await unlockSound();
    if (this.#heldBack) this.#say(this.#heldBack);
    this.#changed();
  }

  /** Who wants to hear it waits until the browser lets us; who wants no sound and speaks gets time to read. */
  #say(/** @type {{ isArrival: boolean, wish: string | null }} */ why) {
    const isTime = this.#isAloud || (this.#isSilent && this.#way === "speak");
    this.#heldBack = isTime ? null : why;
    if (isTime && this.#scene) this.#interviewer.enter(this.#scene, why);
  }

  get #isAloud() {
    return !this.#isSilent && soundWorld()?.state === "running";
  }

  /** The candidate types, since we can't hear them. @param {WhyTyping} why */
  #fallBack(why) {
    if (why !== "locked") this.#setWay("type");
    this.#facts.set({ why: why === "none" ? "absent" : why });
    this.#isPatient = false;
    if (why !== "locked") this.#tell.typed(this.#heard.text);
    this.#goOn();
    this.#changed();
  }

  /** @param {"speak" | "type"} way */
  #setWay(way) {
    this.#way = way;
    /** @type {HTMLInputElement} */ (byId(way)).checked = true;
    this.#facts.set({ way });
  }

  #changed() {
    if (!this.isThere) return;
    const { state } = this.#interviewer;
    byId("sound").setAttribute("aria-pressed", String(!this.#isAloud));
    document.body.dataset.sound = this.#isAloud ? "on" : "off";
    this.#facts.set({
      sound: this.#isAloud ? "on" : "off",
      mic: this.#ear.isOpen ? (this.#ear.takes ? "on" : "ready") : "off",
      playing: state === "speaking" || state === "reading" ? "yes" : state === "paused" ? "paused" : "no",
    });
    this.#tell.changed();
  }
}
