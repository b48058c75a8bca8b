// @ts-check
import { Drafts } from "./drafts.js";
import { Line } from "./line.js";
import { newKey, Outbox } from "./outbox.js";
import { byId, headingOf, pose, showScene } from "./scene.js";
import { Shelf } from "./shelf.js";
import { Turn } from "./turn.js";
import { Facts, say } from "./words.js";
/** @import { Answer, Kept, LineState, Receipt, Refused, Scene, ToPage } from "./protocol.js" */

const QUIET_MS = 400; // a wait shorter than this is not shown
const SLOW_MS = 3_400; // thinking lasts three seconds at most, then a word
const TICK_MS = 15_000;

const { attempt = "", socket = "", say: sayUrl = "" } = document.body.dataset;
const shelf = new Shelf(`vivavoce:${attempt}:`);
const outbox = new Outbox(shelf);
const drafts = new Drafts(shelf);
const facts = new Facts(document);
const turn = new Turn(facts, drafts, { replied: (reply) => scene?.question && send({ kind: "answer", key: newKey(), number: scene.question.number, ...reply }), drafted });
const line = new Line({ socket, say: sayUrl }, outbox, { heard, changed });

/** @type {Scene | null} */
let scene = null;
let sceneAt = 0;
/** @type {LineState} */
let lineState = "joining";
/** How far the wait for the server has come. @type {"no" | "quiet" | "shown" | "slow"} */
let waiting = "no";
/** @type {number[]} */
let waitTimers = [];
/** @type {"none" | "kept" | "open" | "saved"} */
let saved = "none";
let isSorry = false;
/** The answer that was refused last, until the next one is taken. @type {Kept | null} */
let refused = null;
const isLasting = shelf.put("probe", "");
shelf.remove("probe");

facts.set({ phase: "waiting", line: "joining", mood: "opening", strip: "none", notice: "none", saved: "none", handing: "not", minutes: "none" });
byId("submit").addEventListener("submit", (event) => {
  event.preventDefault();
  if (waiting === "no") send({ kind: "submit", key: newKey() });
});
setInterval(showMinutes, TICK_MS);
line.start();

/** @param {Kept} message */
function send(message) {
  isSorry = false;
  if (saved === "saved") saved = "none";
  wait();
  line.send(message);
}

/**
 * @param {ToPage} message
 * @param {Kept | null} about what the message answers
 */
function heard(message, about) {
  if (message.kind === "receipt") keepReceipt(message);
  else if (message.kind === "refused") refuse(message, about);
  else enter(message);
  refresh();
}

/** @param {Receipt} receipt */
function keepReceipt({ number }) {
  if (number === null) return;
  drafts.forget(number);
  saved = "saved";
  refused = null;
  facts.set({ notice: "none" });
  say(byId("saved-number"), { number });
}

/**
 * @param {Refused} refusal
 * @param {Kept | null} about
 */
function refuse({ error }, about) {
  refused = about;
  isSorry = true;
  stopWaiting();
  byId("refusal").textContent = error;
  byId("unsent").textContent = (about?.kind === "answer" && about.text) || "";
  facts.set({ notice: "shown", said: "refused", unsent: "none" });
}

/** @param {Scene} next */
function enter(next) {
  const isFirst = scene === null;
  const isNew = scene === null || placeOf(scene) !== placeOf(next);
  const sent = outbox.all().find((message) => (message.kind === "answer" ? message.number === next.number : next.phase === "finished"));
  scene = next;
  sceneAt = Date.now();
  showScene(next, facts);
  showMinutes();
  if (next.phase === "submitted") drafts.forgetAll();
  if (isNew) isSorry = false;
  if (isNew) open(next, sent?.kind === "answer" ? sent : null);
  if (isNew && refused?.kind === "answer" && refused.text && refused.number !== next.number) facts.set({ unsent: "shown" });
  if (sent) wait();
  else stopWaiting();
  if (isNew && !isFirst) headingOf(next).focus();
}

/**
 * @param {Scene} next
 * @param {Answer | null} sent
 */
function open(next, sent) {
  if (!next.question) return;
  const hasDraft = turn.begin(next.question, sent);
  if (hasDraft) saved = isLasting ? "kept" : "open";
  else if (saved !== "saved") saved = "none";
}

/** @param {Scene} scene */
function placeOf({ phase, number, question }) {
  return `${phase} ${number} ${question?.text}`;
}

/** @param {boolean} isKept */
function drafted(isKept) {
  saved = isKept ? "kept" : "open";
  refresh();
}

/**
 * @param {LineState} state
 * @param {number} code
 */
function changed(state, code) {
  lineState = state;
  if (state === "ended") facts.set({ notice: "shown", said: [401, 403, 404, 410].includes(code - 4000) ? String(code) : "ended", ...(scene ? {} : { phase: "none" }) });
  refresh();
}

function wait() {
  if (waiting !== "no") return;
  waiting = "quiet";
  waitTimers = [setTimeout(() => waitOn("shown"), QUIET_MS), setTimeout(() => waitOn("slow"), SLOW_MS)];
}

/** @param {"shown" | "slow"} stage */
function waitOn(stage) {
  waiting = stage;
  refresh();
}

function stopWaiting() {
  waitTimers.forEach(clearTimeout);
  waiting = "no";
}

/** Says what holds now: the state beside the drawing, what is saved, the line. */
function refresh() {
  const isAway = lineState === "away" || lineState === "ended";
  const isShown = waiting === "shown" || waiting === "slow";
  const mood = moodNow(isAway, isShown);
  facts.set({
    mood,
    line: lineState,
    strip: lineState !== "away" ? "none" : scene?.phase !== "asking" ? "plain" : isLasting ? "kept" : "open",
    saved: isShown && saved !== "saved" ? (isAway ? (isLasting ? "held" : "open") : "sending") : saved,
    handing: isShown ? (isAway ? "held" : "sending") : "not",
    acts: lineState === "ended" ? "none" : "shown",
  });
  turn.hold(waiting !== "no");
  const isListening = mood === "yours" || mood === "asks" || mood === "sorry";
  const isThinking = mood === "sending" || mood === "thinking";
  pose(isListening ? "listening" : isThinking ? "thinking" : "idle", poseMood(mood));
}

/**
 * @param {boolean} isAway
 * @param {boolean} isShown
 */
function moodNow(isAway, isShown) {
  if (lineState === "ended") return "stopped";
  if (!scene) return "opening";
  if (scene.phase === "submitted") return "done";
  if (isShown && isAway) return "held";
  if (waiting === "slow") return "slow";
  if (isShown) return saved === "saved" ? "thinking" : "sending";
  if (isSorry) return "sorry";
  return scene.question?.kind === "candidate_asks" ? "asks" : "yours";
}

/** @param {string} mood */
function poseMood(mood) {
  if (mood === "sorry") return "sorry";
  return mood === "opening" || mood === "done" || !scene?.past.length ? "warm" : "attentive";
}

function showMinutes() {
  if (!scene || scene.minutes_left === null || scene.phase !== "asking") return facts.set({ minutes: "none" });
  const passed = Math.floor((Date.now() - sceneAt) / 60_000);
  facts.set({ minutes: "shown" });
  say(byId("minutes"), { count: Math.max(0, Math.floor(scene.minutes_left) - passed) });
}
