// @ts-check
import { Camera } from "./camera/camera.js";
import { Check } from "./check.js";
import { Drafts } from "./drafts.js";
import { Faces } from "./faces/faces.js";
import { Frame } from "./frame.js";
import { Help } from "./help.js";
import { openLead } from "./lead.js";
import { Line } from "./line.js";
import { Noting } from "./noting.js";
import { newKey, Outbox } from "./outbox.js";
import { Pace } from "./pace.js";
import { byId } from "./page.js";
import { openAnswer } from "./past.js";
import { Picture } from "./picture.js";
import { headingOf, pose, showPhase, showScene } from "./scene.js";
import { Shelf } from "./shelf.js";
import { Turn } from "./turn.js";
import { Voice } from "./voice.js";
import { Waiting } from "./waiting.js";
import { Facts } from "./words.js";
/** @import { Wish } from "./help.js" */
/** @import { Answer, Kept, LineState, Refused, Scene, SoundToPage, ToPage } from "./protocol.js" */

/** For a person, at any time. @type {Wish[]} */
const CALLS = ["trouble", "person"];
const GONE_AFTER_MS = 45_000; // a server that is started anew is back by then

const { attempt = "", socket = "", say: sayUrl = "", way = "", agreed = "", picture = "moving", checks = "no", camera: cameraMode = "off", cameraUrl = "", noted, faces: countsFaces } = document.body.dataset;
const shelf = new Shelf(attempt);
const outbox = new Outbox(shelf);
const facts = new Facts(document);
const drafts = new Drafts(shelf, (draft) => line.tell(draft));
const pace = new Pace(facts);
const shown = new Picture(picture, facts, shelf);
const waiting = new Waiting(refresh);
const frame = new Frame();
const check = new Check(checks === "yes", facts, { corrected: (number, text) => line.send({ kind: "correct", key: newKey(), number, text }), goesOn: (next) => (enter(next), refresh()) });
const help = new Help({ wished, left: pause });
const turn = new Turn(facts, drafts, { replied: (reply) => scene?.question && send({ kind: "answer", key: newKey(), number: scene.question.number, ...reply }), drafted, spoken: endSpeaking });
const line = new Line({ socket, say: sayUrl }, outbox, { heard, changed, failed: (seconds) => line.send({ kind: "fault", key: newKey(), fault: "line_lost", seconds }), gaveWay, greeting: () => voice.greeting() });
const noting = new Noting(noted, (noticed) => line.send(noticed));
const faces = new Faces(countsFaces === "yes", (noticed) => line.send(noticed));
const camera = new Camera({ attempt, mode: cameraMode, url: cameraUrl, facts, shelf }, { records: (stream, number) => (noting.sees(stream), faces.records(stream, number)), rests: () => faces.rests() });
const voice = new Voice({ attempt, wanted: way, hasAgreed: agreed === "yes", facts, shelf, line }, { changed: refresh, typed: (text, how) => turn.takeOver(text, how), over, goesOn, understood });

/** @type {Scene | null} */
let scene = null;
/** @type {LineState} */
let lineState = "joining";
/** @type {"none" | "kept" | "told" | "open" | "saved"} */
let saved = "none";
let isSorry = false;
let isGone = false;
let goneTimer = 0;
/** The answer that has its receipt, until the scene that follows. @type {Answer | null} */
let taken = null;
/** The turn whose spoken answer is being saved. */
let spoken = 0;
/** The answer that was refused last, until the next one is taken. @type {Kept | null} */
let refused = null;
/** What was wished for by button, until the scene that follows. @type {Wish | null} */
let wish = null;
let isLeaving = false;
/** Whether this tab led before, and somebody who sees it is to be led back. */
let isBack = false;
/** Whether the candidate goes on another time. */
let isPaused = false;
/** Whether this tab leads in its browser, and gave way to windows elsewhere. */
let isOusted = false;

facts.set({ phase: "waiting", help: "none", line: "joining", mood: "opening", strip: "none", notice: "none", saved: "none", told: "none" });
document.addEventListener("visibilitychange", () => document.hidden && drafts.tellNow());
await shelf.open(() => lineState !== "ended" && begin());
const lead = openLead(attempt, { won: () => shelf.refresh().then(begin), waits: () => leave("second"), lost });
byId("resume").addEventListener("click", () => begin());
byId("answers").addEventListener("correct", corrected);
byId("answers").addEventListener("ask", (event) => askInstead(/** @type {CustomEvent<{ number: number, text: string }>} */ (event).detail));
byId("change-latest").addEventListener("click", changeLatest);
byId("ask-latest").addEventListener("click", askLatest);
byId("take").addEventListener("click", () => (isOusted ? begin() : lead.take()));

/** From here on this tab leads, with what the device keeps. */
function begin() {
  isOusted = isPaused = false;
  scene = null;
  line.stop();
  document.body.dataset.phase = "waiting";
  facts.set({ phase: "waiting" });
  frame.changed();
  line.start();
  shown.show();
  voice.begin();
  void camera.begin();
}

/** @param {"second" | "left"} why */
function leave(why) {
  isPaused = false;
  facts.set({ why });
  putAway("elsewhere");
  if (why === "left" && !document.hidden) byId("elsewhere").focus();
}

/** The candidate goes on another time. What has no receipt yet still goes out. */
function pause() {
  drafts.tellNow();
  isPaused = true;
  putAway("paused");
  if (!outbox.all().length) line.stop();
  byId("paused").focus();
}

/** @param {"elsewhere" | "paused"} phase */
function putAway(phase) {
  isBack = true;
  isOusted = false;
  scene = null;
  waiting.end();
  void voice.leave();
  camera.leave();
  noting.leave();
  help.close();
  check.leave();
  showPhase(phase);
  facts.set({ phase, line: "none", strip: "none", notice: "none", minutes: "none", past: "none", help: "none" });
  frame.changed();
}

/** The server keeps a line to a few windows of one conversation, and newer ones took ours. */
function gaveWay() {
  leave("left");
  isOusted = true;
}

/** Another tab leads. What is typed here is written down first. */
function lost() {
  drafts.tellNow();
  line.stop();
  leave("left");
  return Promise.all([shelf.settle(), voice.leave()]);
}

/** @param {Kept} message */
function send(message) {
  isSorry = false;
  if (saved === "saved") saved = "none";
  if (message.kind === "answer") drafts.drop();
  waiting.begin(message.kind === "answer" ? "answer" : "wish");
  line.send(message);
}

/**
 * @param {Wish} wanted
 * @param {string} [note]
 */
function wished(wanted, note) {
  const isUnderWay = !note && outbox.all().some((message) => message.kind === "wish" && message.wish === wanted);
  if (!scene || isUnderWay || (waiting.for === "answer" && !CALLS.includes(wanted))) return;
  wish = wanted;
  facts.set({ told: "none" });
  send({ kind: "wish", key: newKey(), number: scene.number, wish, ...(note ? { note } : {}) });
}

/**
 * @param {ToPage | SoundToPage} message
 * @param {Kept | null} about what the message answers
 */
function heard(message, about) {
  if (isPaused) return void (outbox.all().length || line.stop());
  if (voice.hears(message)) return;
  if (message.kind === "receipt") keepReceipt(about);
  else if (message.kind === "kept") keepTold(message.number);
  else if (message.kind === "refused") refuse(message, about);
  else if (message.kind === "scene") enter(message);
  refresh();
}

/** @param {Event} event an earlier answer, opened again (past.js) */
function corrected(event) {
  const { detail } = /** @type {CustomEvent<{ number: number, text: string } | { number: number, choice: number }>} */ (event);
  line.send({ kind: "correct", key: newKey(), ...detail });
  help.edited();
}

/** What was taken for an answer and was none is put right on the spot. */
function changeLatest() {
  const latest = latestToChange();
  if (!latest) return;
  help.open(true);
  openAnswer(latest.number);
}

/** What was taken for an answer was a question. */
function askLatest() {
  const latest = latestToChange();
  if (latest?.can_ask) askInstead({ number: latest.number, text: latest.answer });
}

/**
 * An earlier answer was a question: it is taken back and replied to, and what was asked is asked again.
 * @param {{ number: number, text: string }} asked
 */
function askInstead(asked) {
  if (waiting.for !== "nothing") return;
  help.edited();
  send({ kind: "correct", key: newKey(), ...asked, as_question: true });
}

/** Whether what was saved last may have been a question: it reads like one, or they say so. */
function isMisread() {
  const latest = latestToChange();
  return Boolean(latest?.can_ask && (scene?.misread || (saved === "saved" && latest.may_ask)));
}

/** What was saved just now, where it can be opened again. */
function latestToChange() {
  const latest = scene?.question && scene.past.at(-1);
  return latest?.can_change ? latest : null;
}

/** What was said is being saved. */
function over() {
  isSorry = false;
  if (saved === "saved") saved = "none";
  waiting.begin("answer");
  refresh();
}

/** "I'm done" is about what was said; where something is written too, both are sent as they stand in the field. */
function endSpeaking() {
  if (!voice.isSpoken) return false;
  if (turn.isDrafted) voice.type();
  else voice.done();
  return voice.isSpoken;
}

/** It was not over: the turn goes on. */
function goesOn() {
  if (!outbox.all().some(({ kind }) => kind === "answer")) waiting.end();
  refresh();
}

/**
 * @param {number} number of the turn
 * @param {string} text of the whole answer; it may turn out to be a wish
 */
function understood(number, text) {
  spoken = number;
  drafts.hold(number, text);
  facts.set({ latest: scene?.question?.kind === "candidate_asks" ? "question" : "answer" });
}

/** @param {Kept | null} about */
function keepReceipt(about) {
  if (about?.kind === "wish" && CALLS.includes(about.wish)) facts.set({ told: "yes" });
  if (about?.kind !== "answer") return;
  taken = about;
  refused = null;
  facts.set({ notice: "none", latest: scene?.question?.kind === "candidate_asks" ? "question" : "answer" });
}

/** @param {number} number */
function keepTold(number) {
  drafts.told(number);
  if (saved === "open") saved = "told";
}

/**
 * @param {Refused} refusal
 * @param {Kept | null} about
 */
function refuse({ error, name }, about) {
  if (!about && !scene) return failToOpen();
  const isAsked = about?.kind === "correct" && about.as_question;
  if (!about || !(isAsked || ["answer", "wish", "submit"].includes(about.kind))) return; // a draft, which the device keeps
  refused = about;
  isSorry = true;
  waiting.end();
  byId("refusal").textContent = error;
  facts.set({ refusal: document.querySelector(`[data-when="refusal:${name}"]`) ? (name ?? "other") : "other" });
  byId("unsent").textContent = (about.kind === "answer" && about.text) || "";
  facts.set({ notice: "refused", refused: isAsked ? "wish" : about.kind, unsent: "none" });
  if (scene?.question) byId("turn").insertBefore(byId("refused"), byId("why"));
  else byId("pages").prepend(byId("refused"));
}

function failToOpen() {
  isSorry = true;
  facts.set({ notice: "shown", said: "failed", phase: "none" });
}

/** @param {Scene} next */
function enter(next) {
  if (check.holds(next, spoken !== next.number ? spoken : 0)) {
    waiting.end();
    voice.rest(); // the next question is not on the screen yet: nothing that is said now answers it
    return;
  }
  const before = scene;
  if (!before) facts.set({ notice: "none" });
  const isNew = before === null || placeOf(before) !== placeOf(next);
  const sent = outbox.all().find((message) => message.kind === "answer" && message.number === next.number);
  scene = next;
  showScene(next, facts);
  pace.enter(next);
  noting.enter(next);
  if (isNew) open(next, sent?.kind === "answer" ? sent : null);
  frame.changed(isNew);
  settle(next);
  if (next.phase === "submitted") drafts.forgetAll();
  facts.set({ aside: next.question && drafts.held(next.question.number) && next.heard && !next.misread ? (next.confirm ? "asked" : "heard") : "none" });
  if (sent) waiting.begin("answer");
  else waiting.end();
  voice.enter(next, wish);
  direct(next, before, isNew);
}

/**
 * The question changes: the field is made ready for it.
 * @param {Scene} next
 * @param {Answer | null} sent
 */
function open(next, sent) {
  isSorry = false;
  help.close();
  if (refused?.kind === "answer" && refused.text && refused.number !== next.number) facts.set({ unsent: "shown" });
  if (!next.question) return;
  const hasDraft = turn.begin(next.question, sent, next.draft);
  if (hasDraft) saved = shelf.isLasting ? "kept" : "open";
  else if (saved !== "saved") saved = "none";
}

/**
 * What became of the answer that was taken: it stands, or it was understood as a wish.
 * @param {Scene} next
 */
function settle(next) {
  if (spoken && (spoken !== next.number || !next.question)) {
    drafts.forget(spoken);
    saved = "saved";
  }
  spoken = 0;
  if (!taken) return;
  if (taken.number !== next.number || !next.question) {
    drafts.forget(taken.number);
    saved = taken.skip ? "none" : "saved";
  } else if (next.heard && taken.text) {
    turn.setAside(taken.text);
    saved = "none";
  }
  taken = null;
}

/**
 * Whoever goes by keyboard or by ear is brought to what is new.
 * @param {Scene} next
 * @param {Scene | null} before
 * @param {boolean} isNew
 */
function direct(next, before, isNew) {
  const isAsked = next.confirm !== null && next.confirm !== before?.confirm;
  const isAgain = ["repeat", "rephrase", "stay"].includes(wish ?? "");
  if (isAsked && before) byId("confirm").focus();
  else if (before ? isNew || isAgain : isBack) headingOf(next).focus();
  wish = null;
  isBack = false;
}

/** @param {Scene} scene */
function placeOf(scene) {
  return `${scene.phase} ${scene.number} ${scene.question?.text}`;
}

/** @param {boolean} isKept */
function drafted(isKept) {
  saved = isKept ? "kept" : saved === "told" ? "told" : "open";
  if (scene?.question?.kind !== "choice") voice.hush();
  refresh();
}

/**
 * @param {LineState} state
 * @param {number} code
 */
function changed(state, code) {
  lineState = state;
  voice.lineIs(state);
  if (state === "live") drafts.tellNow();
  awaitReturn(state);
  if (state === "ended") facts.set({ notice: "shown", said: [401, 403, 404, 410].includes(code - 4000) ? String(code) : "ended", ...(scene ? {} : { phase: "none" }) });
  refresh();
}

/**
 * Everything has been gone for a while: nobody has to sit there and wait for it.
 * @param {LineState} state
 */
function awaitReturn(state) {
  if (state === "live" && isGone) facts.set({ notice: "none" });
  if (state === "live" || state === "ended") {
    clearTimeout(goneTimer);
    goneTimer = 0;
    isGone = false;
  } else if (state === "away") {
    goneTimer ||= setTimeout(() => {
      goneTimer = 0;
      isGone = navigator.onLine !== false && shelf.isLasting; // a page that alone has what was typed is not to be closed
      if (isGone) facts.set({ notice: "shown", said: "gone" });
      frame.changed();
    }, GONE_AFTER_MS);
  }
}

/** Says what holds now: the state beside the drawing, what is saved, the line. */
function refresh() {
  if (!scene && ["elsewhere", "paused"].includes(document.body.dataset.phase ?? "")) return;
  const isAway = lineState === "away" || lineState === "ended";
  const isShown = waiting.for !== "nothing" && waiting.stage !== "quiet";
  const mood = moodNow(isAway, isShown);
  facts.set({
    mood,
    line: lineState,
    strip: lineState === "away" ? stripNow() : "none",
    saved: isShown ? savedMeanwhile(isAway) : saved,
    change: !isShown && saved === "saved" && latestToChange() ? "latest" : "none",
    misread: !isShown && isMisread() ? "likely" : "none",
    acts: lineState === "ended" ? "none" : "shown",
    help: lineState !== "ended" && ["asking", "instruction"].includes(scene?.phase ?? "") ? "shown" : "none",
    desk: deskNow(),
    main: mainNow(),
  });
  frame.changed();
  turn.hold(waiting.for === "answer");
  camera.follow(voice.recorded, voice.moment);
  pose(poseState(mood), poseMood(mood));
  lookThrough();
}

/** What the strip says while the line is away: what can be done meanwhile, and nothing that can't. */
function stripNow() {
  if (!scene?.question) return "plain";
  if (voice.isSpoken) return "spoken";
  if (!shelf.isLasting) return "open";
  return waiting.for === "answer" ? "held" : "kept";
}

/** Where the answer goes. */
function deskNow() {
  if (scene?.question?.kind === "choice") return voice.isSpoken ? "heard-too" : "choice";
  return voice.isSpoken ? "heard" : "typed";
}

/** What the main button says. */
function mainNow() {
  const isSending = waiting.for === "answer" && waiting.stage !== "quiet";
  if (isSending && (taken || lineState !== "away")) return taken ? "sent" : "saving"; // offline nothing is saved
  if (voice.isSpoken && !turn.isChosen) return "done";
  if (scene?.question?.kind !== "candidate_asks") return "send";
  if (turn.isDrafted) return "ask";
  return scene.question.is_follow_up ? "all" : "none";
}

/** Nothing more is asked: once the last words are said and all is saved, a page of its own goes on from there. */
function lookThrough() {
  if (isLeaving || !["finished", "submitted"].includes(scene?.phase ?? "") || voice.state !== "off" || lineState !== "live" || outbox.all().length) return;
  isLeaving = true;
  drafts.forgetAll();
  location.replace("results");
}

/** @param {boolean} isAway */
function savedMeanwhile(isAway) {
  if (taken) return taken.skip ? "none" : "saved";
  return isAway ? (shelf.isLasting ? "held" : "open") : "sending";
}

/**
 * @param {boolean} isAway
 * @param {boolean} isShown
 */
function moodNow(isAway, isShown) {
  if (lineState === "ended") return "stopped";
  if (!scene) return isSorry ? "stopped" : "opening";
  if (scene.phase === "submitted") return "done";
  if (isShown && isAway) return "held";
  if (isShown && waiting.stage === "slow") return "slow";
  if (isShown) return waiting.for === "wish" ? "asked" : taken ? "thinking" : "sending";
  if (isSorry) return "sorry";
  if (check.isOpen) return "paused";
  if (voice.state !== "off") return voiceMood(voice.state);
  if (scene.phase === "instruction") return "before";
  return scene.question?.kind === "candidate_asks" ? "asks" : "yours";
}

/**
 * The lamp is lit while sound is taken in, or an answer is awaited.
 * @param {string} mood
 * @returns {"idle" | "listening" | "thinking" | "speaking"}
 */
function poseState(mood) {
  if (["yours", "asks", "sorry", "listening", "silence", "unheard", "reading"].includes(mood)) return "listening";
  if (["sending", "thinking", "coming"].includes(mood)) return "thinking";
  return mood === "speaking" ? "speaking" : "idle";
}

/** @param {import("./voice.js").VoiceState} state */
function voiceMood(state) {
  if (scene?.phase === "instruction" && (state === "waiting" || state === "reading" || state === "opening")) return "before";
  if (state === "opening") return "permission";
  if (state === "waiting") return scene?.question?.kind === "candidate_asks" ? "asks" : "yours";
  if (state === "silence" && turn.isChosen) return "listening"; // by hand: nothing more is asked of them
  return state;
}

/** @param {string} mood */
function poseMood(mood) {
  if (mood === "sorry" || mood === "unheard") return "sorry";
  return mood === "opening" || mood === "done" || !scene?.past.length ? "warm" : "attentive";
}
