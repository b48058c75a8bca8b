/** What is sent is kept until its receipt and sent again under its key; the line finds its way back by itself. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass, settle, sockets } from "./browser.mjs";

const { Line } = await load("line.js");
const { Outbox } = await load("outbox.js");
const { Shelf } = await load("shelf.js");
let browser;
let posts;
beforeEach(() => {
  browser = openBrowser();
  posts = [];
  globalThis.fetch = async (url, { body }) => {
    posts.push(JSON.parse(body));
    return new Response(JSON.stringify({ messages: [{ kind: "scene", phase: "asking" }] }));
  };
});
afterEach(() => browser.close());

const answer = (key) => ({ kind: "answer", key, number: 1, text: "Yes" });
const scene = { kind: "scene", phase: "asking" };

function newLine() {
  const told = { states: [], heard: [], failed: [], gaveWay: 0 };
  const line = new Line({ socket: "/socket", say: "/say" }, new Outbox(new Shelf("line")), {
    heard: (message, about) => told.heard.push([message.kind, about?.key ?? null]),
    changed: (state, code) => told.states.push(code ? `${state}:${code}` : state),
    failed: (seconds) => told.failed.push(seconds),
    gaveWay: () => (told.gaveWay += 1),
    greeting: () => [{ kind: "open_sound" }],
  });
  line.start();
  return { line, told };
}

test("it greets, then says what is on its mind", async () => {
  const { line, told } = newLine();
  line.send(answer("a"));
  sockets[0].open();
  assert.deepEqual(sockets[0].kinds, ["arrive", "open_sound", "answer:a"]);
  sockets[0].say(scene);
  assert.equal(told.states.at(-1), "live");
  assert.equal(sockets[0].url, "wss://interviews.example/socket");
});

test("what has no receipt is sent again under its key, and not once it has one", async () => {
  const { line, told } = newLine();
  sockets[0].open();
  sockets[0].say(scene);
  line.send(answer("a"));
  line.send(answer("b"));
  sockets[0].say({ kind: "receipt", key: "a" });
  assert.deepEqual(told.heard.at(-1), ["receipt", "a"]);
  sockets[0].drop();
  await pass(1_000);
  sockets[1].open();
  assert.deepEqual(sockets[1].kinds, ["arrive", "open_sound", "answer:b"]);
});

test("where newer windows took its place it stops, until it is started again", async () => {
  const { line, told } = newLine();
  sockets[0].open();
  sockets[0].say(scene);
  line.send(answer("a"));
  sockets[0].say({ kind: "elsewhere" });
  assert.equal(told.gaveWay, 1);
  await pass(60_000);
  assert.equal(sockets.length, 1);
  line.start();
  sockets[1].open();
  assert.deepEqual(sockets[1].kinds, ["arrive", "open_sound", "answer:a"]);
});

test("a socket that says nothing is given up, and the next try is by POST", async () => {
  const { line, told } = newLine();
  sockets[0].open();
  line.send(answer("a"));
  await pass(10_000);
  assert.ok(sockets[0].isClosed);
  await pass(1_000);
  assert.deepEqual(
    posts.map(({ kind }) => kind),
    ["arrive", "answer"],
  );
  assert.equal(told.states.at(-1), "live");
  assert.equal(line.carriesSound, false);
});

test("a socket that greets and then swallows what is said is tried twice, carried before or not", async () => {
  const { line, told } = newLine();
  sockets[0].open();
  sockets[0].say(scene);
  line.send(answer("a"));
  await pass(10_000);
  await pass(1_000);
  sockets[1].open();
  sockets[1].say(scene);
  await pass(10_000);
  await pass(2_000);
  assert.deepEqual([sockets.length, posts.map(({ kind }) => kind)], [2, ["arrive", "answer"]]);
  assert.equal(told.states.at(-1), "live");
  line.stop();
});

test("where POST works it looks for a socket again after a minute", async () => {
  const { line } = newLine();
  sockets[0].drop();
  await pass(1_000);
  sockets[1].drop();
  await pass(2_000);
  assert.deepEqual([sockets.length, posts.length], [2, 1]);
  await pass(60_000);
  assert.equal(sockets.length, 3);
  line.stop();
});

test("waits grow, and never pass fifteen seconds", async () => {
  const { told } = newLine();
  globalThis.fetch = async () => {
    throw new TypeError("no network");
  };
  const tries = [];
  for (let at = 0; at < 1_200; at++) {
    if (sockets.length > tries.length) {
      tries.push(at / 4);
      sockets.at(-1).drop();
    }
    await pass(250);
  }
  // POST takes every second turn, so two waits lie between two sockets.
  const gaps = tries.slice(1).map((at, index) => at - tries[index]);
  assert.ok(gaps[0] < 3, `${gaps}`);
  assert.ok(Math.max(...gaps) > 10 && Math.max(...gaps) <= 31, `${gaps}`);
  assert.ok(told.states.includes("away"));
});

test("a refusal for good ends it", async () => {
  const { told } = newLine();
  sockets[0].open();
  sockets[0].drop(4401);
  await pass(60_000);
  assert.deepEqual([told.states, sockets.length], [["ended:4401"], 1]);
});

test("a long silence is our fault, unless the device was offline", async () => {
  const { told } = newLine();
  sockets[0].open();
  sockets[0].say(scene);
  sockets[0].drop(1012);
  await pass(12_000);
  for (const socket of sockets.slice(1)) socket.open();
  sockets.at(-1).say(scene);
  assert.equal(told.failed.length, 1);
  assert.ok(told.failed[0] >= 10);
  browser.goOnline(false);
  await pass(30_000);
  browser.goOnline(true);
  await settle();
  sockets.at(-1).open();
  sockets.at(-1).say(scene);
  assert.equal(told.failed.length, 1);
});

test("a stopped line says nothing more and comes back when it is started", async () => {
  const { line } = newLine();
  sockets[0].open();
  line.stop();
  await pass(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(line.tell({ kind: "draft" }), false);
  line.start();
  assert.equal(sockets.length, 2);
});

test("an attempt that was sent leaves nothing to send again", async () => {
  const { line } = newLine();
  sockets[0].open();
  line.send(answer("a"));
  sockets[0].say({ kind: "scene", phase: "submitted" });
  sockets[0].drop();
  await pass(2_000);
  sockets[1].open();
  assert.deepEqual(sockets[1].kinds, ["arrive", "open_sound"]);
});
