// @ts-check
import { byId } from "../candidate/page.js";
import { listMicrophones, NoMicrophone, openMicrophone, toLevel } from "../candidate/sound/microphone.js";
/** @import { Microphone } from "../candidate/sound/microphone.js" */
/** @import { Facts } from "../candidate/words.js" */

const GOOD = 0.4; // of the meter: speech near the microphone reaches two thirds
const QUIET = 0.2; // below it is the noise of a room
const GOOD_FOR_MS = 6_000; // a word stands that long, so that a pause between sentences takes nothing back
const QUIET_FOR_MS = 3_000;

/** Trying the microphone: whether it may be used, whether it hears, and what to do where it does not. */
export class MicrophoneTrial {
  /** The one that was chosen among several; empty: the browser's choice. */
  device = "";
  /** @type {Microphone | null} */
  #open = null;
  #isOpening = false;
  #goodAt = -Infinity;
  #quietAt = -Infinity;
  #facts;
  #level = byId("level");
  #devices = /** @type {HTMLSelectElement} */ (byId("device"));

  /** @param {Facts} facts */
  constructor(facts) {
    this.#facts = facts;
    facts.set({ mic: "untried", level: "silent", devices: "one", sound: "none" });
    byId("try").addEventListener("click", () => this.#begin());
    byId("stop").addEventListener("click", () => {
      this.stop();
      byId("try").focus();
    });
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
    this.#facts.set({ mic: "asking", level: "silent" });
    try {
      this.#open = await openMicrophone({ heard: (_, loudness) => this.#hear(toLevel(loudness)), lost: (why) => this.#fail(why) }, this.device);
      this.#goodAt = this.#quietAt = -Infinity;
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

  /** @param {number} level */
  #hear(level) {
    const now = performance.now();
    this.#level.setAttribute("width", `${Math.round(level * 100)}`);
    if (level >= GOOD) this.#goodAt = now;
    else if (level >= QUIET) this.#quietAt = now;
    this.#facts.set({ level: now - this.#goodAt < GOOD_FOR_MS ? "good" : now - this.#quietAt < QUIET_FOR_MS ? "quiet" : "silent" });
  }

  /** @param {string} current */
  async #listDevices(current) {
    const devices = await listMicrophones();
    this.#devices.replaceChildren(...devices.map(({ id, name }) => new Option(name, id, false, id === current)));
    this.#facts.set({ devices: devices.length > 1 ? "several" : "one" });
  }
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
