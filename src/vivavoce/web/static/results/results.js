// @ts-check
/*
 * Saves reloading. The server draws the page; this takes the parts that changed out of the newly drawn one and puts them
 * in place of the old ones. Nothing is known here that the page does not show.
 */

import { holdsUnused, offerRecorder } from "./film_recorder.js";

const LOOK_AGAIN_MS = 2_000;

arrive();
offerRecorder();
watch();
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.id === "send-form" && holdsUnused()) {
    event.preventDefault();
    return;
  }
  if (form.id === "send-form" && unsaved().length) {
    event.preventDefault();
    void saveThenSend(form);
    return;
  }
  if (!form.matches("[data-live]") || event.defaultPrevented) return;
  event.preventDefault();
  const { submitter } = event;
  if (isTooLarge(form, submitter)) return;
  void send(form, submitter);
});

document.addEventListener("reset", (event) => {
  const form = /** @type {HTMLElement} */ (event.target);
  if (form.matches(".correct form")) setTimeout(closeEdit, 0, form); // the browser puts the words back first
});
document.addEventListener("keydown", (event) => {
  const edit = event.target instanceof Element ? event.target.closest(".correct[open]") : null;
  if (event.key === "Escape" && !event.isComposing) edit?.querySelector("form")?.reset();
});

/**
 * What was there stays: what somebody began to change is gone, and so is what was wrong with it.
 * @param {HTMLElement} form
 */
function closeEdit(form) {
  const edit = form.closest("details");
  const field = form.querySelector("textarea");
  if (field?.dataset.kept !== undefined) field.value = field.defaultValue = field.dataset.kept;
  form.querySelector(".error")?.remove();
  for (const faulty of form.querySelectorAll("[aria-invalid]")) faulty.removeAttribute("aria-invalid");
  edit?.removeAttribute("open");
  edit?.querySelector("summary")?.focus();
}

/** Whoever comes from the conversation, or has handed in, is led to what the page says first, as on every new screen. */
function arrive() {
  const from = URL.canParse(document.referrer) ? new URL(document.referrer).pathname : "";
  const place = pageAddress().replace(/results$/, "");
  if (from === place || (from.startsWith(place) && !document.getElementById("send"))) document.querySelector("h1")?.focus();
}

/** Looks for what was not ready yet, for as long as the page says that it waits. */
async function watch() {
  while (document.body.hasAttribute("data-waits")) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    if (document.hidden) continue;
    const page = await load("GET", pageAddress());
    if (page) show(page, { keeps: true });
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function send(form, submitter) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const part = form.closest("[data-part]")?.id ?? "";
  const body = new FormData(form, submitter);
  const isFilm = form.enctype === "multipart/form-data" && !submitter?.hasAttribute("name");
  const page = await load("POST", form.action, { body, progressed: isFilm ? tellProgress(form) : undefined });
  form.removeAttribute("aria-busy");
  if (!page) {
    // Nothing that we could show came back: the browser tries it by itself, and says what is wrong.
    if (submitter instanceof HTMLButtonElement && submitter.name) form.append(hidden(submitter.name, submitter.value));
    form.submit();
    return;
  }
  const wasWaiting = document.body.hasAttribute("data-waits");
  show(page, { keeps: false, part });
  focusIn(part);
  if (!wasWaiting) void watch();
}

/** The forms in which words stand that were not saved: those that are open, and differ from what the page came with. */
function unsaved() {
  const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll(".correct[open] form")]);
  return forms.filter((form) => [...form.elements].some(isChanged));
}

/** @param {Element} field */
function isChanged(field) {
  if (field instanceof HTMLInputElement && field.type === "radio") return field.checked && !field.defaultChecked;
  return field instanceof HTMLTextAreaElement && field.value !== field.defaultValue;
}

/**
 * Whoever sends the interview means the words that they see. Where some are refused, or nothing comes back, it is not sent.
 * @param {HTMLFormElement} form
 */
async function saveThenSend(form) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  for (const [words, body] of unsaved().map((each) => /** @type {const} */ ([each, new FormData(each)]))) {
    const page = await load("POST", words.action, { body });
    const part = words.closest("[data-part]")?.id ?? "";
    // What a choice leads to by now has not been seen yet.
    const leadsOn = page?.querySelector(`#${part} .leads-to`) && !words.closest("[data-part]")?.querySelector(".leads-to");
    if (page && !leadsOn && !page.querySelector(".correct [aria-invalid]")) continue;
    form.removeAttribute("aria-busy");
    if (!page) return words.submit();
    show(page, { keeps: false, part });
    return focusIn(part);
  }
  form.submit();
}

/**
 * @param {string} method
 * @param {string} address
 * @param {{ body?: FormData, progressed?: ((share: number) => void) | undefined }} [what]
 * @returns {Promise<Document | null>} the page that came back; null: none that is ours
 */
function load(method, address, { body, progressed } = {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = "document";
    request.onload = () => resolve(request.responseXML?.body?.classList.contains("results") ? request.responseXML : null);
    request.onerror = request.onabort = () => resolve(null);
    if (progressed) request.upload.onprogress = ({ loaded, total }) => progressed(total ? loaded / total : 0);
    request.send(body ?? null);
  });
}

/**
 * Puts the new page's parts in place of the old ones. keeps: what somebody is just writing in stays.
 * @param {Document} page
 * @param {{ keeps: boolean, part?: string }} how
 */
function show(page, { keeps, part }) {
  if (!page.querySelector("#send")) {
    location.reload(); // handed in meanwhile
    return;
  }
  document.body.toggleAttribute("data-waits", page.body.hasAttribute("data-waits"));
  for (const next of page.querySelectorAll("[data-part]")) {
    const old = document.getElementById(next.id);
    if (!old && next.matches(".answer")) document.querySelector(".answers")?.append(document.importNode(next, true));
    if (!old || old.isEqualNode(next)) continue;
    if (next.id !== part && (keeps || part) && isInUse(old)) continue;
    const hadFocus = old.contains(document.activeElement);
    const opened = [...old.querySelectorAll("details")].map(({ open }) => open);
    const adopted = /** @type {HTMLElement} */ (document.importNode(next, true));
    adopted.querySelectorAll("details").forEach((details, index) => {
      if (next.id !== part && opened[index] !== undefined) details.open = opened[index];
    });
    old.replaceWith(adopted);
    if (hadFocus) focusIn(next.id);
  }
  offerRecorder();
}

/** @param {Element} part */
function isInUse(part) {
  const isRecording = part.querySelector('[data-recorder]:not([data-state="idle"])') !== null;
  const { activeElement } = document;
  const isHeld = part.contains(activeElement) && !activeElement?.matches(".correct > summary"); // where who has saved stands
  return isRecording || isHeld || part.querySelector(".correct[open]") !== null;
}

/** @param {string} part */
function focusIn(part) {
  const root = document.getElementById(part);
  const target = root?.querySelector("[aria-invalid], .leads-to a") ?? root?.querySelector(".correct > summary") ?? root;
  if (target instanceof HTMLElement) target.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function isTooLarge(form, submitter) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector("input[data-most]"));
  if (!input || submitter?.getAttribute("name")) return false;
  const isLarge = (input.files?.[0]?.size ?? 0) > Number(input.dataset.most);
  form.querySelector("[data-large]")?.toggleAttribute("hidden", !isLarge);
  if (isLarge) input.focus();
  return isLarge;
}

/**
 * @param {HTMLFormElement} form
 * @returns {(share: number) => void}
 */
function tellProgress(form) {
  form.querySelector("[data-sending]")?.removeAttribute("hidden");
  const bar = /** @type {HTMLProgressElement | null} */ (form.querySelector("[data-progress]"));
  bar?.removeAttribute("hidden");
  return (share) => {
    if (bar) bar.value = Math.round(100 * share);
  };
}

/**
 * @param {string} name
 * @param {string} value
 */
function hidden(name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  return input;
}

function pageAddress() {
  return location.pathname.replace(/\/results\/.*$/, "/results");
}
