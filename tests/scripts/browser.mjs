/**
 * What the pages' modules need of a browser and Node.js lacks: storage by fake-indexeddb, a socket that a test holds the
 * other end of, and clocks that a test moves.
 */
import "fake-indexeddb/auto";
import { mock } from "node:test";

export const modules = new URL("../../src/vivavoce/web/static/candidate/", import.meta.url);

/** A module of the page. @param {string} name */
export const load = (name) => import(new URL(name, modules).href);

/** Lets promises, and what they begin, come to their end. */
export async function settle() {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => realImmediate(resolve));
}
const realImmediate = setImmediate;

/** Sockets that were opened, the newest last. @type {FakeSocket[]} */
export const sockets = [];

/** The page's end of a WebSocket; the methods below are the server's end. */
class FakeSocket {
  bufferedAmount = 0;
  /** @type {any[]} */
  sent = [];
  isClosed = false;
  onopen = null;
  onmessage = null;
  onclose = null;

  constructor(url) {
    this.url = String(url);
    sockets.push(this);
  }

  send(data) {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  close() {
    this.isClosed = true;
  }

  open() {
    this.onopen?.();
  }

  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(code = 1006) {
    this.onclose?.({ code });
  }

  get kinds() {
    return this.sent.map(({ kind, key }) => (key ? `${kind}:${key}` : kind));
  }
}

/** A browser whose clocks stand until `pass`. Returns what takes it down again. */
export function openBrowser() {
  sockets.length = 0;
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 });
  const listeners = new Map();
  const stored = new Map();
  const given = {
    WebSocket: FakeSocket,
    location: { href: "https://interviews.example/interview/talk" },
    document: { visibilityState: "visible" },
    addEventListener: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    requestAnimationFrame: (draw) => setTimeout(draw, 16),
    performance: { now: () => Date.now() },
    localStorage: storage(stored),
    navigator: { onLine: true },
  };
  const kept = Object.entries(given).map(([name, value]) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    return [name, before];
  });
  return {
    stored,
    /** The device went offline, or is back. @param {boolean} isOnline */
    goOnline(isOnline) {
      given.navigator.onLine = isOnline;
      for (const listener of listeners.get(isOnline ? "online" : "offline") ?? []) listener();
    },
    close() {
      mock.timers.reset();
      for (const [name, before] of kept) before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name];
    },
  };
}

/** Lets so much time pass, step by step, so that what waits for a promise in between gets on. @param {number} ms */
export async function pass(ms) {
  for (let left = ms; left > 0; left -= 250) {
    mock.timers.tick(Math.min(250, left));
    await settle();
  }
}

function storage(stored) {
  return new Proxy(
    {
      getItem: (name) => stored.get(name) ?? null,
      setItem: (name, text) => stored.set(name, text),
      removeItem: (name) => stored.delete(name),
    },
    { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
  );
}
