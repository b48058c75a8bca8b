/** Faces are counted every other second by a worker, and told turn by turn: how long none was seen, and how long several. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass, settle } from "./browser.mjs";

let Faces;
let browser;
let told;
let worker;
/** What the worker counts, look by look, and how long each takes. */
let counts;
let ms;
const given = ["Worker", "createImageBitmap", "window"];
const stream = {};

beforeEach(async () => {
  browser = openBrowser();
  told = [];
  counts = [];
  ms = 40;
  worker = null;
  globalThis.window = {};
  globalThis.createImageBitmap = async () => ({ close() {} });
  globalThis.document.createElement = () => ({ videoWidth: 640, play: async () => {} });
  globalThis.Worker = class {
    isThere = true;
    constructor() {
      worker = this;
    }
    postMessage(message) {
      queueMicrotask(() => this.onmessage({ data: message === "open" ? { isOpen: true } : { count: counts.shift() ?? 1, ms } }));
    }
    terminate() {
      this.isThere = false;
    }
  };
  ({ Faces } = await load("faces/faces.js"));
});
afterEach(() => {
  for (const name of given) delete globalThis[name];
  browser.close();
});

const watch = () => new Faces(true, ({ what, number, seconds }) => told.push([what, number, seconds]));

test("nothing is fetched where nothing is to be counted", async () => {
  new Faces(false, () => assert.fail()).records(stream, 1);
  await pass(4_000);
  assert.equal(worker, null);
});

test("none and several count where they last, turn by turn", async () => {
  const faces = watch();
  counts = [1, 0, 0, 1, 0, 0, 0, 2, 1, 3, 2, 1];
  faces.records(stream, 1);
  await settle();
  await pass(24_000);
  counts = [0, 1];
  faces.records(stream, 2);
  await pass(4_000);
  faces.rests();
  await pass(4_000);
  assert.deepEqual(told, [
    ["faces_watched", 1, 24],
    ["no_face", 1, 6],
    ["several_faces", 1, 4],
    ["faces_watched", 2, 4],
  ]);
});

test("a slow device is left alone, and what was counted until then is told", async () => {
  const faces = watch();
  ms = 900;
  faces.records(stream, 1);
  await settle();
  await pass(30_000);
  assert.equal(worker.isThere, false);
  assert.deepEqual(told, [["faces_watched", 1, 6]]);
  faces.records(stream, 2);
  await pass(4_000);
  faces.rests();
  assert.equal(told.length, 1);
});
