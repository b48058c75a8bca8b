// @ts-check
/*
 * For other people's pages: puts an interview where the page wants it, in a frame that may use the microphone and the
 * camera, and tells the page how it goes.
 *
 *   <div data-interview="https://interviews.example/embed?embed_id=…&token=…"></div>
 *   <script src="https://interviews.example/embed.js" async></script>
 *
 * Each element with data-interview gets a frame, and hears the event `interview`: its detail is
 * { event: "loaded" | "started" | "completed" | "submitted" | "failed", interview_result_id: string | null }. Pages that
 * make their elements later call placeInterview(element).
 */
(() => {
  const ALLOW = "camera; microphone; autoplay; fullscreen; display-capture; clipboard-write";
  const EVENTS = ["loaded", "started", "completed", "submitted", "failed"];
  const LEAST_HEIGHT = 600;
  const MOST_HEIGHT = 900;
  const OF_WINDOW = 0.9;
  const KEPT = "interview_frames";
  const DAY_MS = 86_400_000;

  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const home = script ? new URL(script.src).origin : location.origin;

  /**
   * The frame in this element; the same one when it is called again.
   * @param {HTMLElement} element
   * @returns {HTMLIFrameElement}
   */
  function placeInterview(element) {
    const before = element.querySelector("iframe");
    if (before) return before;
    const address = new URL(element.dataset["interview"] ?? "", home);
    if (address.origin !== home) throw new Error(`data-interview leads to ${address.origin}, and this script came from ${home}: load it from there.`);
    const frame = document.createElement("iframe");
    frame.title = element.title || "Interview";
    frame.allow = ALLOW;
    frame.style.cssText = "display:block;inline-size:100%;border:0";
    const size = () => (frame.style.height = `${heightIn(innerHeight, element.dataset["height"])}px`);
    size();
    addEventListener("resize", size);
    addEventListener("message", (message) => {
      if (message.origin === home && message.source === frame.contentWindow) hear(element, message.data);
    });
    frame.addEventListener("load", () => frame.contentWindow?.postMessage({ source: "interview", kept: keptNow() }, home));
    frame.src = address.href;
    element.append(frame);
    return frame;
  }

  /**
   * As much of the window as can be seen at once, or as the page wants.
   * @param {number} windowHeight
   * @param {string | undefined} wanted
   */
  function heightIn(windowHeight, wanted) {
    const height = Number(wanted);
    if (height > 0) return height;
    return Math.round(Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, windowHeight * OF_WINDOW)));
  }

  /** What each element was told: a page that is loaded again in the frame says it again. @type {WeakMap<HTMLElement, Set<string>>} */
  const told = new WeakMap();

  /**
   * @param {HTMLElement} element
   * @param {any} said
   */
  function hear(element, said) {
    if (said?.source === "interview" && said.event === "keep") keep(String(said.frame), said.token);
    if (said?.source !== "interview" || !EVENTS.includes(said.event)) return;
    const detail = { event: said.event, interview_result_id: said.interview_result_id ?? null };
    const before = told.get(element) ?? new Set();
    const key = detail.event === "loaded" ? "loaded" : `${detail.event} ${detail.interview_result_id}`;
    if (before.has(key)) return;
    told.set(element, before.add(key));
    element.dispatchEvent(new CustomEvent("interview", { detail, bubbles: true }));
  }

  /**
   * What a frame is known by, where the browser lets it keep nothing itself: until the tab is closed, or for a day.
   * @param {string} frame
   * @param {unknown} token null: it is to be forgotten
   */
  function keep(frame, token) {
    const { [frame]: _, ...others } = readKept();
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(typeof token === "string" ? { ...others, [frame]: { token, at: Date.now() } } : others));
    } catch {
      // Nor may this page keep anything: whoever loads it again needs a new address.
    }
  }

  /** @returns {Record<string, { token: string, at: number }>} */
  function readKept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    } catch {
      return {};
    }
  }

  function keptNow() {
    const fresh = Object.entries(readKept()).filter(([, { at }]) => Date.now() - at < DAY_MS);
    return Object.fromEntries(fresh.map(([frame, { token }]) => [frame, token]));
  }

  function placeAll() {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-interview]"))) placeInterview(element);
  }

  Object.assign(globalThis, { placeInterview });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", placeAll);
  else placeAll();
})();
