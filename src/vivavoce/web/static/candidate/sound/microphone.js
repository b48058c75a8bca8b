// @ts-check
import { soundWorld, unlockSound } from "./context.js";

/**
 * refused: by the person, or by the browser's settings. none: there is none. busy: another program has it. locked: the
 * browser wants a press first. unable: this browser can't. unplugged: it was there, and has gone.
 * @typedef {"refused" | "none" | "busy" | "locked" | "unable" | "unplugged"} WhyNot
 */

/**
 * pcm: 20 ms, 16 kHz, 16-bit, mono, little-endian. loudness: 0 to 1, the root of the mean square.
 * @typedef {{ heard(pcm: ArrayBuffer, loudness: number): void, lost(why: WhyNot): void }} Listener
 * @typedef {{ name: string, id: string, close(): void }} Microphone
 */

export class NoMicrophone extends Error {
  /** @param {WhyNot} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * Opens the microphone, asking the person if need be; until it is closed, the listener gets its sound. Called within a
 * press, it also opens a browser's sound. Rejects with NoMicrophone.
 * @param {Listener} listener
 * @param {string} [id] of the device; the browser's choice where it is left out or gone
 * @returns {Promise<Microphone>}
 */
export async function openMicrophone(listener, id) {
  const world = soundWorld();
  if (!world?.audioWorklet || !navigator.mediaDevices) throw new NoMicrophone("unable"); // neither stands on plain HTTP
  const [stream, isUnlocked] = await Promise.all([openStream(id), unlockSound(), world.audioWorklet.addModule(new URL("./capture.worklet.js", import.meta.url))]);
  if (!isUnlocked && !(await unlockSound())) {
    close(stream);
    throw new NoMicrophone("locked");
  }
  return connect(world, stream, listener);
}

/**
 * The microphones there are; their names are told once one may be used.
 * @returns {Promise<{ id: string, name: string }[]>}
 */
export async function listMicrophones() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind }) => kind === "audioinput").map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** Whether it may be opened without a question to the person, as far as the browser tells. */
export async function mayListen() {
  const query = /** @type {PermissionDescriptor} */ ({ name: /** @type {PermissionName} */ ("microphone") });
  const status = await navigator.permissions?.query(query).catch(() => null);
  return status?.state === "granted";
}

/**
 * A loudness as people hear it, for a meter: 0 is silence, 1 as loud as it gets.
 * @param {number} loudness
 */
export function toLevel(loudness) {
  return Math.max(0, Math.min(1, 1 + (20 * Math.log10(Math.max(loudness, 1e-6))) / 60));
}

/** @param {string} [id] */
async function openStream(id) {
  const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: id ? { ...audio, deviceId: id } : audio });
  } catch (error) {
    throw new NoMicrophone(whyNot(error instanceof DOMException ? error.name : ""));
  }
}

/**
 * @param {string} name of the browser's error
 * @returns {WhyNot}
 */
function whyNot(name) {
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "unable";
}

/**
 * @param {AudioContext} world
 * @param {MediaStream} stream
 * @param {Listener} listener
 * @returns {Microphone}
 */
function connect(world, stream, listener) {
  const [track] = stream.getAudioTracks();
  const source = world.createMediaStreamSource(stream);
  const capture = new AudioWorkletNode(world, "capture", { numberOfOutputs: 0 });
  capture.port.onmessage = ({ data: { pcm, loudness } }) => listener.heard(pcm, loudness);
  source.connect(capture);

  function end() {
    capture.port.onmessage = null;
    source.disconnect();
    close(stream);
  }

  if (track)
    track.onended = () => {
      end();
      listener.lost("unplugged");
    };
  return { name: track?.label ?? "", id: track?.getSettings().deviceId ?? "", close: end };
}

/** @param {MediaStream} stream */
function close(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}
