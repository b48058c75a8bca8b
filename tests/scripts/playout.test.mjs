/** Lines come one after the other, and what was really heard is told when somebody speaks into them. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass, settle } from "./browser.mjs";

const { Playout } = await load("sound/playout.js");
let browser;
beforeEach(() => {
  browser = openBrowser();
  globalThis.window = {}; // a browser without a voice of its own
});
afterEach(() => {
  delete globalThis.window;
  browser.close();
});

function aPlayout() {
  const moment = { at: null, begun: null, isRecorded: false };
  const states = [];
  const playout = new Playout({
    captions: { begin() {}, show() {}, end() {} },
    mouth: { leave() {}, close() {}, follow() {}, open() {} },
    moment: () => ({ ...moment }),
    changed: () => states.at(-1) !== playout.state && states.push(playout.state),
  });
  return { playout, states, moment };
}

const KEY = "0a".repeat(20);
const line = (characters) => ({ text: "x".repeat(characters), lang: "en" });

test("lines that nobody speaks are given time to be read, in order", async () => {
  const { playout, states } = aPlayout();
  let heard = null;
  void playout.say(null, [line(30), line(45)]).then((all) => (heard = all));
  await pass(1_750);
  assert.deepEqual([playout.state, heard], ["reading", null]);
  await pass(3_500);
  assert.deepEqual(heard, { seconds: 5, ofSeconds: 5, isInterrupted: false, how: "text", lines: [] });
  assert.equal(states.at(-1), "silent");
});

test("a line that is stopped tells how much of it was heard", async () => {
  const { playout } = aPlayout();
  let heard = null;
  void playout.say(null, [line(30), line(60)]).then((all) => (heard = all));
  await pass(1_000);
  playout.stop();
  await settle();
  assert.deepEqual(heard, { seconds: 1, ofSeconds: 6, isInterrupted: true, how: "text", lines: [] });
});

test("what is said next stops what is being said", async () => {
  const { playout } = aPlayout();
  const heard = [];
  void playout.say(null, [line(60)]).then((all) => heard.push(all));
  await pass(500);
  void playout.say(null, [line(30)]).then((all) => heard.push(all));
  await pass(2_500);
  assert.deepEqual(
    heard.map(({ isInterrupted }) => isInterrupted),
    [true, false],
  );
});

test("a pause takes none of the time away", async () => {
  const { playout } = aPlayout();
  let heard = null;
  void playout.say(null, [line(30)]).then((all) => (heard = all));
  await pass(1_000);
  playout.pause();
  assert.equal(playout.state, "paused");
  await pass(60_000);
  assert.equal(heard, null);
  playout.resume();
  await pass(1_250);
  assert.equal(heard.isInterrupted, false);
});

test("a huge line is not waited for longer than somebody would read it", async () => {
  const { playout } = aPlayout();
  let heard = null;
  void playout.say(null, [line(20_000)]).then((all) => (heard = all));
  await pass(12_500);
  assert.equal(heard.seconds, 12);
});

test("what leads to the question is skipped, and the question is said whole", async () => {
  const { playout } = aPlayout();
  let heard = null;
  void playout.say(null, [line(150), line(150), line(30)]).then((all) => (heard = all));
  await pass(1_000);
  playout.skip();
  await pass(1_900);
  assert.equal(heard, null, "the question is under way");
  playout.skip();
  await pass(500);
  assert.equal(heard.isInterrupted, false);
  assert.deepEqual([Math.round(heard.seconds), heard.ofSeconds], [3, 22]);
});

test("our own sound tells where the microphone stood meanwhile, stretch by stretch", async () => {
  const { playout, moment } = aPlayout();
  const began = Date.now();
  globalThis.fetch = async () => ({ ok: true, arrayBuffer: async () => new ArrayBuffer(0) });
  const world = {
    destination: {},
    baseLatency: 0.05,
    get currentTime() {
      return (Date.now() - began) / 1_000;
    },
    decodeAudioData: async () => ({ duration: 2, sampleRate: 10, getChannelData: () => Float32Array.of(1) }),
    createAnalyser: () => ({ connect() {}, fftSize: 0, getFloatTimeDomainData() {} }),
    createBufferSource() {
      let timer = null;
      const source = { connect() {}, disconnect() {}, start: (_, from) => (timer = setTimeout(() => source.onended?.(), (2 - from) * 1_000)), stop: () => clearTimeout(timer) };
      return source;
    },
  };
  Object.assign(moment, { at: 10, begun: 0, isRecorded: true });
  let heard = null;
  void playout.say(world, [{ ...line(30), audio: `/interview/x/voice/${KEY}.wav` }]).then((all) => (heard = all));
  await pass(1_000);
  playout.pause();
  await pass(5_000);
  moment.at = 16;
  playout.resume();
  await pass(1_500);
  delete globalThis.fetch;
  const told = heard.lines.map(({ line, begin, seconds, at }) => [line, ...[begin, seconds, at].map((number) => Math.round(number * 100) / 100)]);
  assert.deepEqual(told, [
    [KEY, 0, 0.7, 10.07],
    [KEY, 0.7, 1.3, 16.07],
  ]);
});

test("nothing to say is said at once", async () => {
  const { playout } = aPlayout();
  assert.deepEqual(await playout.say(null, []), { seconds: 0, ofSeconds: 0, isInterrupted: false, how: "text", lines: [] });
});
