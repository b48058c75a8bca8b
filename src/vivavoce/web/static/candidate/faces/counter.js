// @ts-check
/**
 * A worker that counts the faces in pictures; they go no further than here. What it counts by is served by us, fetched
 * when it is opened, and used only where it is what was published (vendor/README.md).
 *
 *   "open" ──► { isOpen }        a picture ──► { count, ms }        whatever fails ──► { failed }
 */

const VENDOR = new URL("./vendor/", import.meta.url);
const DIGESTS = {
  "human.min.js": "e7c85047fb9492bd983b43d5217b54e9fb44393966f4c5db7c7ced1fdaf1fd9e",
  "blazeface.json": "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f",
  "blazeface.bin": "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72",
};
const LEAST_SURE = 0.4; // of 1; less may be a pattern of a curtain
const MOST_FACES = 4;
const OFF = { enabled: false };

/** @type {any} what it counts by */
let human = null;

addEventListener("message", async ({ data }) => {
  try {
    postMessage(data === "open" ? await open() : await count(data));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});

async function open() {
  for (const [name, digest] of Object.entries(DIGESTS)) await check(name, digest);
  const { Human } = await import(new URL("human.min.js", VENDOR).href);
  human = new Human({
    backend: "humangl",
    modelBasePath: VENDOR.href,
    cacheModels: false,
    cacheSensitivity: 0,
    warmup: "none",
    filter: OFF,
    gesture: OFF,
    body: OFF,
    hand: OFF,
    object: OFF,
    segmentation: OFF,
    face: {
      enabled: true,
      detector: { rotation: false, maxDetected: MOST_FACES, minConfidence: LEAST_SURE, skipFrames: 0, skipTime: 0 },
      mesh: OFF,
      attention: OFF,
      iris: OFF,
      emotion: OFF,
      description: OFF,
      antispoof: OFF,
      liveness: OFF,
    },
  });
  await human.load();
  return { isOpen: true };
}

/** @param {ImageBitmap} picture */
async function count(picture) {
  const began = performance.now();
  const { face, error } = await human.detect(picture);
  picture.close();
  if (error) throw new Error(error);
  return { count: face.length, ms: performance.now() - began };
}

/**
 * @param {string} name
 * @param {string} digest
 */
async function check(name, digest) {
  const answer = await fetch(new URL(name, VENDOR));
  const told = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  const hex = Array.from(told, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== digest) throw new Error(`${name} is not what was published`);
}
