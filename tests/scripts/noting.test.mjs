/** What a page notices where its candidate was told so: that it was left, and that text came from elsewhere. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass } from "./browser.mjs";

const { Noting } = await load("noting.js");
let browser;
/** @type {Record<string, Function>} */
let listeners;
let told;
beforeEach(() => {
  browser = openBrowser();
  listeners = {};
  told = [];
  const listen = { addEventListener: (kind, then) => (listeners[kind] = then) };
  globalThis.document = { ...listen, hidden: false, activeElement: null, getElementById: () => field };
  globalThis.HTMLTextAreaElement = Field;
  field = Object.assign(new Field(), listen);
});
afterEach(() => {
  delete globalThis.HTMLTextAreaElement;
  browser.close();
});
class Field {
  value = "";
  selectionStart = 0;
  selectionEnd = 0;
}
let field;

const noting = (cameras = "obs virtual camera") => new Noting(cameras, ({ key, kind, ...noticed }) => told.push(noticed));
const question = (number) => ({ question: number ? { number } : null });
async function away(ms) {
  document.hidden = true;
  listeners.visibilitychange();
  await pass(ms);
  document.hidden = false;
  listeners.visibilitychange();
}
const camera = (label) => ({ getVideoTracks: () => [{ label }] });
const paste = (text) => listeners.paste({ clipboardData: { getData: () => text } });

test("nothing is noticed where nobody was told", () => {
  noting("");
  assert.deepEqual(Object.keys(listeners), []);
});

test("the page was out of sight while a question was open, for more than a glance", async () => {
  const page = noting();
  await away(9_000);
  page.enter(question(2));
  await away(2_900);
  await away(9_000);
  page.enter(question(0));
  await away(9_000);
  page.enter(question(3));
  page.leave();
  await away(9_000);
  assert.deepEqual(told, [{ what: "hidden", number: 2, seconds: 9 }]);
});

test("of what is pasted its length is told, but not of one's own words that are moved around", async () => {
  const page = noting();
  page.enter(question(1));
  await pass(4_000);
  paste("too short to be anything");
  const words = "I led the move of the archive into a new building. ";
  paste(words.repeat(4));
  Object.assign(field, { value: words, selectionEnd: words.length });
  document.activeElement = field;
  listeners.cut();
  paste(words);
  assert.deepEqual(told, [{ what: "pasted", number: 1, seconds: 4, characters: 204 }]);
});

test("a virtual camera is told once, by its name, and no other camera ever", () => {
  const page = noting();
  page.sees(camera("OBS Virtual Camera"));
  page.enter(question(1));
  for (const name of ["FaceTime HD", "OBS Virtual Camera", "OBS Virtual Camera"]) page.sees(camera(name));
  assert.deepEqual(told, [{ what: "virtual_camera", number: 1, camera: "OBS Virtual Camera" }]);
});
