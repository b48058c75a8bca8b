/** What is put on the device is read at once and outlives a reload; a browser that keeps nothing stops nobody. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { load, openBrowser, pass } from "./browser.mjs";

const { Shelf } = await load("shelf.js");
let browser;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  browser = openBrowser();
});
afterEach(() => browser.close());

async function shelf(attempt = "a", cameLate = () => {}) {
  const opened = new Shelf(attempt);
  const opening = opened.open(cameLate);
  await pass(250);
  await opening;
  return opened;
}

test("a text is there at once and after a reload", async () => {
  const first = await shelf();
  assert.equal(await Promise.all([first.put("draft:1", "é👍"), pass(250)]).then(([isKept]) => isKept), true);
  assert.equal(first.get("draft:1"), "é👍");
  assert.equal((await shelf()).get("draft:1"), "é👍");
});

test("another attempt's texts are not seen", async () => {
  for (const attempt of ["a", "ab", "a~"]) await (await shelf(attempt)).put("draft:1", attempt);
  await pass(250);
  assert.deepEqual([(await shelf("ab")).get("draft:1"), (await shelf("a")).names()], ["ab", ["draft:1"]]);
  assert.equal((await shelf("a")).get("draft:1"), "a");
  assert.deepEqual((await shelf("b")).names(), []);
});

test("what is removed stays away", async () => {
  const first = await shelf();
  void first.put("one", "1");
  void first.put("two", "2");
  first.remove("one");
  await pass(250);
  await first.settle();
  assert.deepEqual((await shelf()).names(), ["two"]);
});

test("what was put before the device answered is written when it does, over what it kept", async () => {
  await (await shelf()).put("draft:1", "old");
  const next = new Shelf("a");
  void next.put("draft:1", "new");
  const opening = next.open(() => {});
  await pass(250);
  await opening;
  await next.settle();
  assert.deepEqual([next.get("draft:1"), (await shelf()).get("draft:1")], ["new", "new"]);
});

test("what was removed before the device answered does not come back", async () => {
  await (await shelf()).put("draft:1", "old");
  const next = new Shelf("a");
  next.remove("draft:1");
  const opening = next.open(() => {});
  await pass(250);
  await opening;
  await next.settle();
  assert.deepEqual([next.names(), (await shelf()).names()], [[], []]);
});

test("where storage is forbidden the memory serves, and says that it does not last", async () => {
  globalThis.indexedDB = {
    open() {
      throw new DOMException("forbidden", "SecurityError");
    },
  };
  const held = await shelf();
  assert.equal(await held.put("draft:1", "kept"), false);
  assert.deepEqual([held.get("draft:1"), held.isLasting], ["kept", false]);
});

test("a device that takes forever is not waited for", async () => {
  globalThis.indexedDB = { open: () => ({}) };
  const waiting = new Shelf("a");
  let isOpen = false;
  void waiting.open(() => assert.fail("nothing came")).then(() => (isOpen = true));
  await pass(1_250);
  assert.equal(isOpen, false);
  await pass(500);
  assert.equal(isOpen, true);
});

test("another tab's texts are read again when asked", async () => {
  const [first, second] = [await shelf(), await shelf()];
  void first.put("draft:1", "from the other tab");
  await pass(250);
  assert.equal(second.get("draft:1"), null);
  await Promise.all([second.refresh(), pass(250)]);
  assert.equal(second.get("draft:1"), "from the other tab");
});

test("what an earlier version kept in localStorage moves over", async () => {
  browser.stored.set("vivavoce:a:draft:3", "from before");
  browser.stored.set("vivavoce:other:draft:3", "not ours");
  const moved = await shelf();
  await pass(250);
  assert.equal(moved.get("draft:3"), "from before");
  assert.deepEqual([...browser.stored.keys()], ["vivavoce:other:draft:3"]);
});
