// @ts-check

/** @type {AudioContext | null} */
let context = null;

/** The page's one world of sound; null where the browser has none. */
export function soundWorld() {
  try {
    context ??= new AudioContext();
  } catch {
    return null;
  }
  return context;
}

const PATIENCE_MS = 400; // a browser that wants a press first does not refuse, it leaves us waiting

/** Whether sound may be played and recorded now. Called within a press, it may from then on. */
export async function unlockSound() {
  const world = soundWorld();
  if (!world) return false;
  if (world.state !== "running") await Promise.race([world.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return /** @type {AudioContextState} */ (world.state) === "running";
}
