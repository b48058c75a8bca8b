/** What is being typed is on the device with each key and at the server a little behind; the newer of two devices wins. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass } from "./browser.mjs";

const { Drafts, MOST_CHARACTERS } = await load("drafts.js");
const { Shelf } = await load("shelf.js");
let browser;
let line;
beforeEach(() => {
  browser = openBrowser();
  line = { told: [], isUp: true };
});
afterEach(() => browser.close());

function drafts(shelf = new Shelf("drafts")) {
  return new Drafts(shelf, (draft) => {
    if (line.isUp) line.told.push(draft.text);
    return line.isUp;
  });
}

test("the first words go out at once, the next at most every three seconds, the last ones always", async () => {
  const typed = drafts();
  for (const text of ["W", "We", "We led"]) typed.keep(1, text);
  await pass(0);
  await pass(250);
  assert.deepEqual(line.told, ["We led"]);
  typed.keep(1, "We led a");
  typed.keep(1, "We led a team");
  await pass(2_000);
  assert.deepEqual(line.told, ["We led"]);
  await pass(1_000);
  assert.deepEqual(line.told, ["We led", "We led a team"]);
});

test("what could not be told is told when the line is back", async () => {
  const typed = drafts();
  line.isUp = false;
  typed.keep(1, "kept");
  await pass(5_000);
  line.isUp = true;
  typed.tellNow();
  typed.tellNow();
  assert.deepEqual(line.told, ["kept"]);
});

test("this device's draft is read where the server's is older", async () => {
  const typed = drafts();
  typed.keep(1, "longer, from here");
  assert.equal(typed.read(1, { number: 1, text: "longer" }), "longer, from here");
});

test("another device's is read where ours was kept before it went on", async () => {
  const typed = drafts();
  typed.keep(1, "ours");
  await pass(250);
  typed.told(1);
  assert.equal(typed.read(1, { number: 1, text: "ours, and more" }), "ours, and more");
  assert.equal(typed.read(1, { number: 2, text: "of another turn" }), "ours");
});

test("an answer's draft is not told any more, and a turn that is over leaves nothing", async () => {
  const shelf = new Shelf("drafts");
  const typed = drafts(shelf);
  typed.keep(1, "an answer");
  typed.hold(1, "sent as this");
  typed.drop();
  await pass(5_000);
  assert.deepEqual(line.told, []);
  assert.equal(typed.held(1), "sent as this");
  typed.forget(1);
  assert.deepEqual([shelf.names(), typed.held(1)], [[], null]);
});

test("all drafts go, and what is no draft stays", async () => {
  const shelf = new Shelf("drafts");
  const typed = drafts(shelf);
  typed.keep(1, "a");
  typed.keep(2, "b");
  void shelf.put("sent:x", "{}");
  typed.forgetAll();
  assert.deepEqual(shelf.names(), ["sent:x"]);
});

test("more than the server takes is kept here and not told", async () => {
  const typed = drafts();
  typed.keep(1, "x".repeat(MOST_CHARACTERS + 1));
  await pass(5_000);
  assert.deepEqual(line.told, []);
  assert.equal(typed.read(1).length, MOST_CHARACTERS + 1);
});
