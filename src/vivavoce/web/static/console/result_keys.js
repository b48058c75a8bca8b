// @ts-check
// Results by keys: through the list, through the requirements, from a quote to its sound, and to a decision.

/** @param {EventTarget | null} target */
function types(target) {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "submit", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Focuses the next of these, or the one before. @param {string} selector @param {number} by */
function step(selector, by) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);
  const here = all.findIndex((place) => place.contains(document.activeElement));
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  const link = next?.querySelector("th a");
  if (link instanceof HTMLElement) link.focus();
  else next?.focus();
  next?.scrollIntoView({ block: "center" });
}

const sound = document.querySelector("audio[data-sound]");
const soundFault = document.querySelector("[data-sound-fault]");
if (sound instanceof HTMLAudioElement && soundFault instanceof HTMLElement) {
  sound.addEventListener("error", () => {
    soundFault.hidden = false;
  });
  sound.addEventListener("playing", () => {
    soundFault.hidden = true;
  });
}

/** Whether the link leads to another page: to an answer of a long result that is not shown here, and can't be heard.
 * @param {HTMLElement} link */
function leads(link) {
  return document.getElementById(`turn-${link.dataset["turn"]}`) === null && link.dataset["play"] === undefined;
}

/** The quote that is heard. @type {HTMLElement | null} */
let heard = null;

/** Marks a turn of the transcript, and plays from a moment where there is one; stops what plays from there already.
 * @param {HTMLElement} link */
function point(link) {
  if (sound instanceof HTMLAudioElement && !sound.paused && heard === link) {
    sound.pause();
    return;
  }
  heard = link;
  for (const marked of document.querySelectorAll(".answer[data-here]")) marked.removeAttribute("data-here");
  const turn = document.getElementById(`turn-${link.dataset["turn"]}`);
  turn?.setAttribute("data-here", "");
  turn?.scrollIntoView({ block: "center" });
  const from = link.dataset["play"];
  if (from === undefined || !(sound instanceof HTMLAudioElement)) {
    turn?.focus({ preventScroll: true });
    return;
  }
  const begin = () => {
    sound.currentTime = Number(from);
    void sound.play().catch(() => {});
  };
  if (sound.readyState > 0) begin();
  else {
    sound.addEventListener("loadedmetadata", begin, { once: true });
    sound.preload = "auto";
    sound.load();
  }
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-turn]") : null;
  if (!(link instanceof HTMLElement) || leads(link)) return;
  event.preventDefault();
  point(link);
});

/** The decision that Ctrl and Enter send. @type {HTMLElement | null} */
let chosen = null;

/** @returns {HTMLElement | null} */
const firstDecision = () => document.querySelector("[data-decide]");

/** @param {HTMLElement} button */
function choose(button) {
  for (const other of document.querySelectorAll("[data-decide]")) other.removeAttribute("data-chosen");
  button.setAttribute("data-chosen", "");
  chosen = button;
  document.getElementById("reason")?.focus();
}

document.addEventListener("keydown", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form !== null) {
    event.preventDefault();
    if (form.id === "decide") {
      if (chosen instanceof HTMLButtonElement) form.requestSubmit(chosen);
      else firstDecision()?.focus(); // so that one is chosen
    } else form.requestSubmit();
    return;
  }
  if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.id === "reason" && form?.id === "decide") {
    event.preventDefault(); // a decision is never sent by chance: on to its button, where Enter sends it
    (chosen ?? firstDecision())?.focus();
    return;
  }
  if (event.key === "Escape" && types(event.target) && event.target instanceof HTMLElement) event.target.blur();
  if (types(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const rows = document.querySelector("[data-row]") === null ? "[data-claim]" : "[data-row]";
  const here = document.activeElement?.closest("[data-row], [data-claim]");
  if (event.key === "j") step(rows, 1);
  else if (event.key === "k") step(rows, -1);
  else if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (!(search instanceof HTMLElement)) return;
    search.focus();
  } else if (event.key === "c") {
    const comment = document.getElementById("comment");
    if (comment === null) return;
    comment.focus();
  } else if (event.key === "x") {
    const box = here?.querySelector("input[type=checkbox]");
    if (box instanceof HTMLInputElement) box.click();
  } else if (event.key === "o") {
    const fold = here?.querySelector("details");
    if (!(fold instanceof HTMLDetailsElement)) return;
    fold.open = true;
    const first = fold.querySelector("input[type=radio]");
    if (first instanceof HTMLElement) first.focus();
  } else if (event.key === "p") {
    const link = here?.querySelector("a[data-turn]");
    if (link instanceof HTMLElement) link.click();
  } else {
    const button = document.querySelector(`[data-decide="${CSS.escape(event.key)}"]`);
    const other = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button instanceof HTMLElement) choose(button);
    else if (other instanceof HTMLElement) other.click();
    else return;
  }
  event.preventDefault();
});

document.getElementById("fault")?.focus();

export {};
