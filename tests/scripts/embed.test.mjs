/** What a page around an interview loads, and what a page in its frame keeps and tells. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import vm from "node:vm";

const scripts = new URL("../../src/vivavoce/web/static/embed/", import.meta.url);
const { enter, goingOn, news, settled, tell } = await import(new URL("frame_news.js", scripts).href);
const embed = await readFile(new URL("embed.js", scripts), "utf-8");

const HOME = "https://interviews.example";

/** A page with one element for an interview. */
function aPage(address = `${HOME}/embed?embed_id=7&token=t`, { innerHeight = 800, height, sessionStorage } = {}) {
  const heard = [];
  const posted = [];
  const loads = [];
  const listeners = { message: [], resize: [] };
  const element = {
    dataset: { interview: address, ...(height ? { height } : {}) },
    title: "",
    frames: [],
    querySelector: () => element.frames[0] ?? null,
    append: (frame) => element.frames.push(frame),
    dispatchEvent: ({ detail }) => heard.push({ ...detail }),
  };
  const page = {
    URL,
    CustomEvent,
    innerHeight,
    sessionStorage,
    addEventListener: (kind, heardBy) => listeners[kind].push(heardBy),
    document: {
      currentScript: { src: `${HOME}/embed.js` },
      readyState: "complete",
      querySelectorAll: () => [element],
      createElement: () => ({
        style: {},
        contentWindow: { postMessage: (message, origin) => posted.push([JSON.parse(JSON.stringify(message)), origin]) },
        addEventListener: (_, loaded) => loads.push(loaded),
      }),
    },
  };
  const run = () => vm.runInNewContext(embed, page);
  const say = (data, { origin = HOME, source = element.frames[0].contentWindow } = {}) => {
    for (const listener of listeners.message) listener({ data, origin, source });
  };
  return { page, element, heard, posted, loads, listeners, run, say };
}

const said = (event, id = null) => ({ source: "interview", event, interview_result_id: id });

test("the frame may use what an interview needs, and is as high as the window shows", () => {
  const { element, run, page, listeners } = aPage();
  run();
  const [frame] = element.frames;
  assert.equal(frame.allow, "camera; microphone; autoplay; fullscreen; display-capture; clipboard-write");
  assert.equal(frame.src, `${HOME}/embed?embed_id=7&token=t`);
  assert.equal(frame.title, "Interview");
  assert.equal(frame.style.height, "720px");
  for (const [innerHeight, height] of [[300, "600px"], [2000, "900px"]]) {
    page.innerHeight = innerHeight;
    listeners.resize.forEach((listener) => listener());
    assert.equal(frame.style.height, height);
  }
  assert.equal(page.placeInterview(element), frame, "placed once");
  const wanted = aPage(undefined, { height: "1000" });
  wanted.run();
  assert.equal(wanted.element.frames[0].style.height, "1000px");
});

test("an address of another server is refused", () => {
  assert.throws(aPage("https://elsewhere.example/embed?embed_id=7").run, /leads to https:\/\/elsewhere\.example/);
  assert.throws(aPage("javascript:alert(1)").run, /leads to/);
});

test("the page hears each event once, from its own frame alone", () => {
  const { heard, run, say } = aPage();
  run();
  say(said("loaded"));
  say(said("loaded", "a1"));
  say(said("started", "a1"));
  say(said("started", "a1"));
  say(said("started", "a2"));
  say(said("submitted", "a2"), { origin: "https://evil.example" });
  say(said("submitted", "a2"), { source: {} });
  for (const other of [null, "submitted", 7, { source: "other", event: "submitted" }, said("else", "a2")]) say(other);
  assert.deepEqual(heard, [
    { event: "loaded", interview_result_id: null },
    { event: "started", interview_result_id: "a1" },
    { event: "started", interview_result_id: "a2" },
  ]);
});

test("only origins that the merchant named are told", () => {
  const origins = ["https://careers.example", "https://app.example"];
  for (const [around, to] of [
    [null, origins],
    ["https://app.example", ["https://app.example"]],
    ["https://evil.example", []],
  ]) {
    const posted = [];
    tell({ postMessage: (message, origin) => posted.push([message, origin]) }, origins, around)(news("submitted", "a1"));
    assert.deepEqual(posted, to.map((origin) => [said("submitted", "a1"), origin]));
  }
});

/** What a tab keeps. */
function aStore() {
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => (store[key] = kept.set(key, text) && text), removeItem: (key) => kept.delete(key) && delete store[key] };
  return store;
}

test("a frame that is loaded again goes on as who it was", () => {
  const store = aStore();
  const frame = { id: "f1", token: "tok.en", keeps: true, isKnown: true };
  const lost = { id: "f1", token: "", keeps: false, isKnown: false };
  assert.equal(enter(lost, store, "/framed/f1/interview/take/7/", false), null, "nothing is kept yet");
  assert.equal(enter(frame, store, "/framed/tok.en/interview/take/7/", false), null);
  assert.equal(enter(lost, store, "/framed/f1/interview/take/7/", false), "/framed/tok.en/interview/take/7/");
  assert.equal(enter({ ...lost, id: "f2" }, store, "/framed/f2/interview/take/7/", false), null, "another frame's");
  assert.equal(enter({ ...frame, token: "new.er", isKnown: false }, store, "/framed/new.er/interview/take/7/", false), "/framed/tok.en/interview/take/7/", "who signed in is still in");
  assert.equal(enter({ ...frame, token: "new.er", isKnown: false }, store, "/framed/new.er/interview/take/7/", true), null, "who signed out is out");
  assert.equal(enter(lost, store, "/framed/f1/interview/take/7/", false), null);
  enter(frame, store, "/framed/tok.en/interview/take/7/", false);
  assert.equal(enter({ ...lost, id: "tok.en" }, store, "/framed/tok.en/interview/take/7/", false), null, "too old");
  assert.equal(enter(lost, store, "/framed/f1/interview/take/7/", false), null, "and forgotten");
  assert.equal(enter(lost, null, "/framed/f1/interview/take/7/", false), null, "where nothing can be kept");
});

test("where the browser keeps a cookie for the frame, the page keeps nothing", () => {
  const store = aStore();
  enter({ id: "f1", token: "tok.en", keeps: false, isKnown: true }, store, "/framed/f1/interview/take/7/", false);
  assert.equal(store.getItem("vivavoce_frame_f1"), null);
});

test("where a frame may keep nothing, the page around keeps it, and gives it to that server alone", () => {
  const store = aStore();
  const { run, say, posted, loads, heard } = aPage(undefined, { sessionStorage: store });
  run();
  say({ source: "interview", event: "keep", frame: "f1", token: "tok.en" });
  say({ source: "interview", event: "keep", frame: "f2", token: "tok.2" });
  say({ source: "interview", event: "keep", frame: "f2", token: null });
  say({ source: "interview", event: "keep", frame: "f3", token: "ev.il" }, { origin: "https://evil.example" });
  loads.forEach((loaded) => loaded());
  assert.deepEqual(posted, [[{ source: "interview", kept: { f1: "tok.en" } }, HOME]]);
  assert.deepEqual(heard, [], "it is no news");
  const without = aPage();
  without.run();
  without.say({ source: "interview", event: "keep", frame: "f1", token: "tok.en" });
  without.loads.forEach((loaded) => loaded());
  assert.deepEqual(without.posted, [[{ source: "interview", kept: {} }, HOME]]);
  assert.equal(goingOn("/framed/f1/interview/take/7/", "tok.en"), "/framed/tok.en/interview/take/7/");
  for (const token of [undefined, null, 7, "", "../x", "a/b", "//evil.example"]) assert.equal(goingOn("/framed/f1/interview/take/7/", token), null);
  assert.equal(goingOn("/interview/take/7/", "tok.en"), null);
  assert.equal(settled("/framed/f1/interview/take/7/", { token: "tok.en", keeps: true }), "/framed/tok.en/interview/take/7/");
  assert.equal(settled("/framed/f1/interview/take/7/", { token: "tok.en", keeps: false }), "/framed/f1/interview/take/7/");
  assert.equal(settled("/framed/f1/interview/take/7/", { token: "", keeps: true }), "/framed/f1/interview/take/7/");
});
