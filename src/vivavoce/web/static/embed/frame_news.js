// @ts-check
/*
 * What a page in a frame keeps, and whom it tells what: no word of it goes to a page that its merchant has not named.
 */

const KEPT = "vivavoce_frame_";

/**
 * Keeps what the frame is known by, and says where to go on instead, if it was known before; null: here.
 * isWithin: the page was come to from another one in the frame, and not by loading the frame.
 * @param {{ id: string, token: string, keeps: boolean, isKnown: boolean }} frame
 * @param {Storage | null} kept
 * @param {string} path
 * @param {boolean} isWithin
 * @returns {string | null}
 */
export function enter(frame, kept, path, isWithin) {
  if (!kept) return null;
  const key = KEPT + frame.id;
  if (!frame.token) {
    for (const name of Object.keys(kept)) if (name.startsWith(KEPT) && kept.getItem(name) === frame.id) kept.removeItem(name); // too old
  } else if (!frame.keeps || frame.isKnown) {
    if (frame.keeps) kept.setItem(key, frame.token);
    return null;
  } else if (isWithin) {
    kept.removeItem(key); // signed out
  }
  return goingOn(path, kept.getItem(key));
}

/**
 * The same place in the frame as it was known before; null: there is none.
 * @param {string} path
 * @param {unknown} token
 */
export function goingOn(path, token) {
  if (typeof token !== "string" || !/^[\w.-]+$/.test(token) || !path.startsWith("/framed/")) return null;
  return path.replace(/^\/framed\/[^/]+/, `/framed/${token}`);
}

/**
 * Where a frame's first page is found again, once it has come in.
 * @param {string} path
 * @param {{ token: string, keeps: boolean }} frame
 */
export function settled(path, { token, keeps }) {
  return (keeps && goingOn(path, token)) || path;
}

/**
 * Tells the page around. around: the origin that the browser says it has; null: it doesn't say.
 * @param {{ postMessage(message: unknown, origin: string): void }} page
 * @param {string[]} origins
 * @param {string | null} around
 * @returns {(message: object) => void}
 */
export function tell(page, origins, around) {
  const told = around === null ? origins : origins.filter((origin) => origin === around);
  return (message) => {
    for (const origin of told) page.postMessage({ source: "interview", ...message }, origin);
  };
}

/**
 * @param {string} event
 * @param {string} attempt
 */
export function news(event, attempt) {
  return { event, interview_result_id: attempt || null };
}
