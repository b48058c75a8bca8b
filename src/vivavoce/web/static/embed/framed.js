// @ts-check
/*
 * A page of ours in a frame on somebody else's page: it tells that page how the interview goes, and, where the browser
 * keeps no cookie for the frame, it keeps what the frame is known by until it is loaded again.
 */

import { enter, goingOn, news, settled, tell } from "./frame_news.js";

const frame = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="frame"]'));

if (frame && parent !== window) {
  const { id = "", token = "", keeps, known, origins = "", event = "", attempt = "" } = frame.dataset;
  const kept = keptHere();
  const isWithin = isOurs(document.referrer);
  const place = enter({ id, token, keeps: keeps === "yes", isKnown: known === "yes" }, kept, location.pathname, isWithin);
  if (place) location.replace(place + location.search);
  else if (new URLSearchParams(location.search).has("visit")) {
    history.replaceState(null, "", settled(location.pathname, { token, keeps: keeps === "yes" })); // it has come in
  }
  const say = tell(parent, origins.split(" ").filter(Boolean), location.ancestorOrigins?.[0] ?? null);
  if (!kept) leaveWithPage({ isKnown: known === "yes", isWithin, id, token, keeps: keeps === "yes" }, say);
  if (token) say(news("loaded", attempt));
  if (event) say(news(event, attempt));
  if (attempt) watchPhase(() => say(news("failed", attempt)));
}

/**
 * Where the browser lets a frame keep nothing at all, the page around keeps it for us, if it loads embed.js.
 * @param {{ id: string, token: string, keeps: boolean, isKnown: boolean, isWithin: boolean }} frame
 * @param {(message: object) => void} say
 */
function leaveWithPage({ id, token, keeps, isKnown, isWithin }, say) {
  if (keeps && (isKnown || isWithin)) say({ event: "keep", frame: id, token: isKnown ? token : null });
  if (isKnown || isWithin) return;
  addEventListener("message", ({ source, data }) => {
    const place = source === parent && data?.source === "interview" ? goingOn(location.pathname, data.kept?.[id]) : null;
    if (place) location.replace(place + location.search);
  });
}

/**
 * A conversation may be set aside while its page stands.
 * @param {() => void} failed
 */
function watchPhase(failed) {
  const watching = new MutationObserver(() => {
    if (document.body.dataset["phase"] !== "set_aside") return;
    watching.disconnect();
    failed();
  });
  document.addEventListener("DOMContentLoaded", () => watching.observe(document.body, { attributeFilter: ["data-phase"] }), { once: true });
}

/** @param {string} address */
function isOurs(address) {
  return URL.canParse(address) && new URL(address).origin === location.origin;
}

/** What is kept for this tab and the page around us; null where the browser lets nothing be kept. */
function keptHere() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
