// @ts-check
/** @import { SoundToPage, ToPage, ToServer } from "./protocol.js" */

/**
 * One connection, of either kind. After `lost` nothing more comes from it. sound: of a kind that carries it; queued: the
 * bytes that wait in the browser.
 * @typedef {{ sendFrame(frame: ArrayBuffer): void, queued(): number }} SoundWire
 * @typedef {{ send(message: ToServer): void, close(): void, sound: SoundWire | null }} Wire
 * @typedef {{ opened(): void, heard(message: ToPage | SoundToPage): void, lost(code: number): void }} Ends
 */

const ENDS = [401, 403, 404, 410]; // HTTP statuses after which this page has no way on
const REFUSALS = [400, 409, 413, 422];

/**
 * @param {string} path
 * @param {Ends} ends
 * @returns {Wire}
 */
export function openSocket(path, ends) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = tryToConnect(url);
  if (!socket) {
    queueMicrotask(() => ends.lost(1006));
    return { send() {}, close() {}, sound: null };
  }
  socket.onopen = () => ends.opened();
  socket.onmessage = ({ data }) => ends.heard(JSON.parse(String(data)));
  socket.onclose = ({ code }) => ends.lost(code);
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
    sound: { sendFrame: (frame) => socket.send(frame), queued: () => socket.bufferedAmount },
  };
}

/**
 * Null where the browser, or what was added to it, refuses sockets outright.
 * @param {URL} url
 */
function tryToConnect(url) {
  try {
    return new WebSocket(url);
  } catch {
    return null; // the line goes on by POST
  }
}

/**
 * The same messages by POST, one at a time, in order.
 * @param {string} url
 * @param {Ends} ends
 * @returns {Wire}
 */
export function openPost(url, ends) {
  const stop = new AbortController();
  let isOpen = true;
  let line = Promise.resolve();

  /** @param {ToServer} message */
  async function post(message) {
    if (!isOpen) return;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      keepalive: message.kind === "draft" && document.visibilityState === "hidden", // it may be the page's last word
      signal: stop.signal,
    });
    const body = await answer.json().catch(() => ({}));
    if (!isOpen) return;
    if (answer.ok) for (const heard of body.messages) ends.heard(heard);
    else if (REFUSALS.includes(answer.status) && "key" in message) ends.heard({ kind: "refused", key: message.key, error: body.error ?? "" });
    else lose(ENDS.includes(answer.status) ? 4000 + answer.status : 1006);
  }

  /** @param {number} code */
  function lose(code) {
    if (isOpen) ends.lost(code);
    isOpen = false;
  }

  queueMicrotask(() => isOpen && ends.opened());
  return {
    send(message) {
      line = line.then(() => post(message)).catch(() => lose(1006));
    },
    close() {
      isOpen = false;
      stop.abort();
    },
    sound: null,
  };
}
