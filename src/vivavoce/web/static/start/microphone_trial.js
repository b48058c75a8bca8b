// @ts-check
import { byId } from "../candidate/page.js";
import { listMicrophones, NoMicrophone, openMicrophone, toLevel } from "../candidate/sound/microphone.js";
/** @import { Microphone } from "../candidate/sound/microphone.js" */
/** @import { Facts } from "../candidate/words.js" */

const GOOD = 0.4; // of the meter: speech near the microphone reaches two thirds
const QUIET = 0.2; // below it is the noise of a room
const GOOD_FOR_MS = 6_000; // a word stands that long, so that a pause between sentences takes nothing back
const QUIET_FOR_MS = 3_000;
const ENDS_AFTER_MS = 1_500; // of silence, once something was said
const GIVES_UP_MS = 20_000; // where nobody says anything
const MOST_PIECES = 500; // ten seconds: of more, the last ones

/** Trying the microphone: whether it may be used, which words are heard, and what to do where there are none. */
export class MicrophoneTrial {
  /** The one that was chosen among several; empty: the browser's choice. */
  device = "";
  /** @type {Microphone | null} */
  #open = null;
  #isOpening = false;
  /** What was said, in pieces of 20 ms. @type {ArrayBuffer[]} */
  #said = [];
  #openedAt = 0;
  #goodAt = -Infinity;
  #quietAt = -Infinity;
  #facts;
  #level = byId("level");
  #devices = /** @type {HTMLSelectElement} */ (byId("device"));

  /** @param {Facts} facts */
  constructor(facts) {
    this.#facts = facts;
    facts.set({ mic: "untried", level: "silent", heard: "none", devices: "one", sound: "none" });
    byId("try").addEventListener("click", () => this.#begin());
    byId("stop").addEventListener("click", () => this.#check());
    this.#devices.addEventListener("change", () => {
      this.device = this.#devices.value;
      this.#close();
      void this.#begin();
    });
    if (!isSecureContext) facts.set({ mic: "insecure" });
    else if (isKeptOut()) facts.set({ mic: "framed" });
  }

  /** Switches it off. */
  stop() {
    if (this.#open) this.#facts.set({ mic: "tried" });
    this.#close();
  }

  async #begin() {
    if (this.#isOpening) return;
    this.#isOpening = true;
    this.#facts.set({ mic: "asking", level: "silent", heard: "none" });
    this.#said = [];
    try {
      this.#open = await openMicrophone({ heard: (pcm, loudness) => this.#hear(pcm, toLevel(loudness)), lost: (why) => this.#fail(why) }, this.device);
      this.#goodAt = this.#quietAt = -Infinity;
      this.#openedAt = performance.now();
      this.#facts.set({ mic: "on" });
      byId("stop").focus();
      await this.#listDevices(this.#open.id);
    } catch (error) {
      this.#fail(error instanceof NoMicrophone ? error.why : "unable");
    } finally {
      this.#isOpening = false;
    }
  }

  #close() {
    this.#open?.close();
    this.#open = null;
    this.#level.setAttribute("width", "0");
  }

  /** @param {string} why */
  #fail(why) {
    this.#close();
    this.#facts.set({ mic: why === "refused" && isFramedBlindly() ? "framed" : why });
    if (document.activeElement === document.body) byId("try").focus();
  }

  /** What was said goes to be understood, and the microphone goes off. */
  async #check() {
    if (!this.#open) return;
    this.#close();
    const said = new Blob(this.#said);
    this.#said = [];
    this.#facts.set({ mic: "checking" });
    const text = await understand(said).catch(() => null);
    byId("heard").textContent = text ?? "";
    this.#facts.set({ mic: "tried", heard: text ? "words" : text === "" ? "nothing" : "away" });
    if (document.activeElement === document.body) byId("try").focus();
  }

  /**
   * @param {ArrayBuffer} pcm
   * @param {number} level
   */
  #hear(pcm, level) {
    const now = performance.now();
    this.#said.push(pcm);
    if (this.#said.length > MOST_PIECES) this.#said.shift();
    this.#level.setAttribute("width", `${Math.round(level * 100)}`);
    if (level >= GOOD) this.#goodAt = now;
    else if (level >= QUIET) this.#quietAt = now;
    this.#facts.set({ level: now - this.#goodAt < GOOD_FOR_MS ? "good" : now - this.#quietAt < QUIET_FOR_MS ? "quiet" : "silent" });
    const lastAt = Math.max(this.#goodAt, this.#quietAt);
    if (now - Math.max(lastAt, this.#openedAt) > (this.#goodAt > 0 ? ENDS_AFTER_MS : GIVES_UP_MS)) void this.#check();
  }

  /** @param {string} current */
  async #listDevices(current) {
    const devices = await listMicrophones();
    this.#devices.replaceChildren(...devices.map(({ id, name }) => new Option(name, id, false, id === current)));
    this.#facts.set({ devices: devices.length > 1 ? "several" : "one" });
  }
}

/**
 * The words in this sound; empty where there are none. Rejects where nobody can tell.
 * @param {Blob} sound
 * @returns {Promise<string>}
 */
async function understand(sound) {
  const answer = await fetch("start/heard", { method: "POST", body: sound, headers: { "Content-Type": "application/octet-stream" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).text;
}

/** Whether the page around this one keeps the microphone to itself, as far as the browser tells. */
function isKeptOut() {
  const policy = policyOf(document);
  return policy ? !policy.allowsFeature("microphone") : false;
}

/** In a frame, and the browser does not tell what the page around allows. */
function isFramedBlindly() {
  return window.top !== window && !policyOf(document);
}

/**
 * @param {Document & { permissionsPolicy?: { allowsFeature(name: string): boolean }, featurePolicy?: { allowsFeature(name: string): boolean } }} page
 */
function policyOf(page) {
  return page.permissionsPolicy ?? page.featurePolicy;
}
