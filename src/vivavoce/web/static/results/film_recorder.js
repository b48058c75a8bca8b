// @ts-check
/*
 * Records a short video with the device's own camera: a look first, then the recording, look, again, or a file. What is
 * recorded stays on the device until it is used; then it is sent by the very form that sends a file.
 */

const LONGEST_MS = 5 * 60_000;
const BITS_A_SECOND = 1_500_000; // five minutes are 60 MB
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" };

/** @type {MediaStream | null} */
let stream = null;
/** @type {MediaRecorder | null} */
let recorder = null;
/** @type {Blob | null} */
let film = null;
let address = "";
let timer = 0;
let isPassedOver = false;

/** Offers the recorder, where this browser can record. Said again after each change of the page. */
export function offerRecorder() {
  const type = typeOf();
  const recorder = recorderOf();
  if (recorder && type && navigator.mediaDevices) recorder.hidden = false;
}

/**
 * Whether there is a video that would be lost by sending the interview now: then the page goes there. A chosen file is
 * uploaded. Whoever sends once more over a recording means to go without it, unless a video is required.
 */
export function holdsUnused() {
  const root = recorderOf();
  const field = document.getElementById("film-file");
  if (field instanceof HTMLInputElement && field.files?.length) {
    field.focus();
    field.form?.requestSubmit();
    return true;
  }
  const isUnused = root?.dataset.state === "recording" || root?.dataset.state === "look";
  if (!root || !isUnused || (isPassedOver && !root.dataset.required)) return false;
  isPassedOver = true;
  root.querySelector("[data-hold]")?.classList.add("notice", "notice-care");
  root.scrollIntoView({ block: "center" });
  const next = root.querySelector("button:not([hidden])");
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  return true;
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-recorder] [data-do]") : null;
  if (!(button instanceof HTMLElement)) return;
  if (button.dataset.do === "open") void open();
  if (button.dataset.do === "record" && stream) record(stream);
  if (button.dataset.do === "leave") leave();
  if (button.dataset.do === "stop") recorder?.stop();
  if (button.dataset.do === "use") use();
});

async function open() {
  forget();
  isPassedOver = false;
  settleFault();
  show("asking");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: PICTURE, audio: true });
  } catch {
    return show("blocked");
  }
  const view = viewOf();
  if (view) {
    view.controls = false;
    view.muted = true; // nobody wants to hear themselves a moment later
    view.srcObject = stream;
    void view.play().catch(() => {});
  }
  show("ready");
}

/** The camera is off again, and nothing was recorded. */
function leave() {
  forget();
  show("idle");
  const next = recorderOf()?.querySelector('[data-do="open"]:not([hidden])');
  if (next instanceof HTMLElement) next.focus();
}

/** What was wrong before is being put right. */
function settleFault() {
  document.getElementById("film-file")?.removeAttribute("aria-invalid");
  for (const fault of document.querySelectorAll("#film-fault > span:not([data-large])")) fault.remove();
  document.querySelector("#film-fault [data-large]")?.setAttribute("hidden", "");
}

/** @param {MediaStream} from */
function record(from) {
  /** @type {Blob[]} */
  const pieces = [];
  const type = typeOf();
  recorder = new MediaRecorder(from, { mimeType: type, videoBitsPerSecond: BITS_A_SECOND });
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.onstop = () => {
    close();
    film = new Blob(pieces, { type: type.split(";")[0] ?? "" });
    if (film.size) look(film);
    else show("idle"); // it was stopped before there was a picture
  };
  recorder.start(1_000);
  timer = window.setTimeout(() => recorder?.state === "recording" && recorder.stop(), LONGEST_MS);
  show("recording");
}

/** @param {Blob} recorded */
function look(recorded) {
  isPassedOver = false;
  address = URL.createObjectURL(recorded);
  const view = viewOf();
  if (view) {
    view.srcObject = null;
    view.src = address;
    view.muted = false;
    view.controls = true;
  }
  show("look");
}

/** Into the form's own field, and off. */
function use() {
  const field = document.getElementById("film-file");
  if (!film || !(field instanceof HTMLInputElement)) return;
  const chosen = new DataTransfer();
  chosen.items.add(new File([film], film.type === "video/mp4" ? "video.mp4" : "video.webm", { type: film.type }));
  field.files = chosen.files;
  forget();
  show("idle");
  field.form?.requestSubmit();
}

function close() {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

function forget() {
  close();
  film = null;
  if (address) URL.revokeObjectURL(address);
  address = "";
  viewOf()?.removeAttribute("src");
}

/** @param {"idle" | "asking" | "ready" | "recording" | "look" | "blocked"} state */
function show(state) {
  const root = recorderOf();
  if (!root) return;
  root.dataset.state = state;
  for (const part of root.querySelectorAll("[data-rec]")) {
    part.toggleAttribute("hidden", !(part.getAttribute("data-rec") ?? "").split(" ").includes(state));
  }
  const next = root.querySelector("button:not([hidden])");
  if (next instanceof HTMLElement && state !== "idle") next.focus();
}

function recorderOf() {
  return /** @type {HTMLElement | null} */ (document.querySelector("[data-recorder]"));
}

function viewOf() {
  return /** @type {HTMLVideoElement | null} */ (document.querySelector("[data-recorder] video"));
}

/** What this browser records; empty: nothing. */
function typeOf() {
  return "MediaRecorder" in window ? (TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "") : "";
}
