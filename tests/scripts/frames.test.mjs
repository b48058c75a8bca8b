/** Sound is one run of numbers, whatever happens to the line: no gap, no double. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { load, openBrowser, pass, settle } from "./browser.mjs";

const FRAME = 1_280;
const { Frames } = await load("sound/frames.js");
let browser;
let attempt = 0;
beforeEach(() => {
  browser = openBrowser();
  attempt++;
});
afterEach(() => browser.close());

/** Frames on a line that a test can close. */
async function recorder(id = `attempt-${attempt}`) {
  const line = { sent: [], lost: [], isUp: true, queued: 0 };
  const frames = new Frames(id, {
    queued: () => line.queued,
    send(frame) {
      if (line.isUp) line.sent.push(frame);
      return line.isUp;
    },
    lost: (seconds) => line.lost.push(seconds),
  });
  await frames.open();
  return { frames, line };
}

/** The numbers that went out. */
const numbers = (line) => line.sent.map((frame) => new DataView(frame).getUint32(0, true));
/** Sound whose bytes tell where they stand. */
const pcm = (bytes, from = 0) => Uint8Array.from({ length: bytes }, (_, at) => (from + at) % 251).buffer;

test("nothing is recorded before the server has said which frame comes next", async () => {
  const { frames, line } = await recorder();
  frames.record(pcm(10 * FRAME));
  assert.deepEqual([frames.next, frames.waiting, line.sent.length], [0, 0, 0]);
});

test("sound of any length is cut into whole frames in order", async () => {
  const { frames, line } = await recorder();
  frames.greet(5, null);
  frames.record(pcm(100));
  frames.record(pcm(2 * FRAME, 100));
  assert.deepEqual(numbers(line), [5, 6]);
  const whole = Buffer.concat(line.sent.map((frame) => Buffer.from(frame, 4)));
  assert.deepEqual(whole, Buffer.from(pcm(2 * FRAME)));
  assert.equal(frames.waiting, (2 * 40) / 1_000);
});

test("after a drop it goes on at the frame that the server lacks", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  frames.record(pcm(4 * FRAME));
  frames.heardTo(2);
  line.isUp = false;
  frames.record(pcm(3 * FRAME));
  frames.hold();
  line.isUp = true;
  frames.greet(3, FRAME);
  assert.deepEqual(numbers(line), [0, 1, 2, 3, 3, 4, 5, 6]);
  assert.deepEqual([frames.next, line.lost], [7, []]);
});

test("another server learns which frames have a receipt, by whomever", async () => {
  const { frames } = await recorder();
  assert.deepEqual(frames.unacknowledged, {});
  frames.greet(0, null);
  frames.record(pcm(4 * FRAME));
  frames.heardTo(3);
  assert.deepEqual(frames.unacknowledged, { next: 3, frame_bytes: FRAME, kept: 0, number: 0 });
  await frames.settle();
  const reloaded = await recorder();
  assert.deepEqual(reloaded.frames.unacknowledged, { next: 3, frame_bytes: FRAME });
  frames.greet(10, FRAME);
  assert.equal(frames.next, 10);
});

test("another server gets what the dead one had of the turn", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  frames.begin(1);
  frames.record(pcm(2 * FRAME));
  frames.heardTo(2);
  frames.begin(2);
  frames.record(pcm(3 * FRAME));
  frames.heardTo(4);
  frames.hold();
  assert.deepEqual(frames.unacknowledged, { next: 4, frame_bytes: FRAME, kept: 2, number: 2 });
  line.sent.length = 0;
  frames.greet(3, FRAME);
  assert.deepEqual([numbers(line), line.lost, frames.next], [[3, 4], [], 5]);
  frames.heardTo(5);
  assert.deepEqual([frames.waiting, frames.isSent], [0, true]);
  await frames.settle();
  const reloaded = await recorder();
  assert.deepEqual(reloaded.frames.unacknowledged, {}, "the device keeps what has no receipt alone");
});

test("frames that went missing on their way are sent again from there", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  frames.record(pcm(3 * FRAME));
  frames.resendFrom(1);
  assert.deepEqual(numbers(line), [0, 1, 2, 1, 2]);
});

test("a receipt from before changes nothing, and one for more than was sent takes no more than there is", async () => {
  const { frames } = await recorder();
  frames.greet(0, null);
  frames.record(pcm(3 * FRAME));
  frames.heardTo(2);
  frames.heardTo(1);
  assert.equal(frames.waiting, 0.04);
  frames.heardTo(99);
  assert.deepEqual([frames.waiting, frames.next], [0, 3]);
});

test("a full line is waited for", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  line.queued = 129 * 1024;
  frames.record(pcm(2 * FRAME));
  assert.deepEqual(numbers(line), []);
  line.queued = 0;
  await pass(50);
  assert.deepEqual(numbers(line), [0, 1]);
});

test("what an earlier page recorded is sent by the next", async () => {
  const first = await recorder();
  first.frames.greet(0, null);
  first.line.isUp = false;
  first.frames.record(pcm(3 * FRAME));
  await first.frames.settle();
  const next = await recorder();
  next.frames.greet(0, FRAME);
  assert.deepEqual(numbers(next.line), [0, 1, 2]);
  assert.equal(next.frames.next, 3);
});

test("another length of the attempt's frames cuts what is kept anew, without a byte less", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  line.isUp = false;
  frames.record(pcm(3 * FRAME));
  line.isUp = true;
  frames.greet(0, 640);
  const whole = Buffer.concat(line.sent.map((frame) => Buffer.from(frame, 4)));
  assert.deepEqual(numbers(line), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(whole, Buffer.from(pcm(3 * FRAME)));
});

test("what the server asks for and is gone is told as lost, once", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  frames.record(pcm(4 * FRAME));
  frames.heardTo(3);
  frames.begin(2);
  frames.greet(1, FRAME);
  assert.deepEqual(line.lost, [0.08]);
  frames.greet(1, FRAME);
  assert.deepEqual(line.lost, [0.08]);
});

test("a line that stays away keeps less than the server would take", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  line.isUp = false;
  for (let second = 0; second < 130; second++) frames.record(pcm(25 * FRAME));
  assert.ok(frames.waiting <= 110);
  line.isUp = true;
  frames.greet(0, FRAME);
  await settle();
  assert.ok(line.lost[0] >= 20 - 0.04);
  assert.deepEqual(numbers(line), [...numbers(line).keys()]);
});

test("what is forgotten is never sent", async () => {
  const { frames, line } = await recorder();
  frames.greet(0, null);
  line.isUp = false;
  frames.record(pcm(2 * FRAME));
  frames.forget();
  line.isUp = true;
  frames.greet(2, FRAME);
  assert.deepEqual(numbers(line), []);
});
