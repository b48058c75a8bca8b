// @ts-check
import { byId, dialogOf } from "./page.js";
/** @import { Facts } from "./words.js" */

/** Whoever switches to speaking and has not agreed to be recorded is asked on the spot; it is kept with their settings. */
export class Agreement {
  #dialog = dialogOf("agreeing");
  #box = /** @type {HTMLInputElement} */ (byId("agreed"));
  #facts;
  #answer = (/** @type {boolean} */ _hasAgreed) => {};

  /** @param {Facts} facts */
  constructor(facts) {
    this.#facts = facts;
    this.#dialog.addEventListener("submit", (event) => this.#press(event));
    this.#dialog.addEventListener("close", () => this.#answer(false)); // does nothing where it was answered
  }

  /** Whether they agree, and it is kept. @returns {Promise<boolean>} */
  ask() {
    this.#facts.set({ agreeing: "none" });
    this.#box.checked = false;
    this.#dialog.showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  /** @param {SubmitEvent} event */
  async #press(event) {
    if (!(event.submitter instanceof HTMLButtonElement) || event.submitter.value !== "yes") return;
    event.preventDefault();
    if (!this.#box.checked) {
      this.#facts.set({ agreeing: "missing" });
      return this.#box.focus();
    }
    const isKept = await keep().catch(() => false);
    this.#facts.set({ agreeing: isKept ? "none" : "failed" });
    if (!isKept) return;
    this.#answer(true);
    this.#dialog.close();
  }
}

/** Sends the settings' own form as it stands there, with the one change. */
async function keep() {
  const form = /** @type {HTMLFormElement | null | undefined} */ ((await fetchPage("start"))?.querySelector("#choose"));
  if (!form) return false;
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) said.append(name, String(value));
  said.set("way", "speak");
  said.set("consent_sound_kept", "yes");
  const kept = await fetch("start", { method: "POST", body: said, redirect: "manual" });
  return kept.type === "opaqueredirect";
}

/**
 * A page of ours as a document that runs nothing.
 * @param {string} url
 * @returns {Promise<Document | null>}
 */
function fetchPage(url) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch gives text, and our policy lets no page make a document of that
    request.open("GET", url);
    request.responseType = "document";
    request.onloadend = () => resolve(request.status === 200 ? request.responseXML : null);
    request.send();
  });
}
