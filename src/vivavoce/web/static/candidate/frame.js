// @ts-check
import { byId, part } from "./page.js";

/** What gives way before the question has to scroll, in this order. */
const STEPS = ["", "slim", "tight", "bare"];
const LONG = 160; // characters: from here on a question is set smaller on a short screen
const LEAST_LINES = 3; // of the question; where there is no room for them, the page scrolls as a page
const LEAST_REMS = 20; // of height on a narrow screen, below which nothing can be framed
const NARROW_REMS = 36;
const EDGE = 8; // pixels between the question and the edge that it is scrolled to

/**
 * The frame that question, field and main button always stand in together: as high as what can be seen. A keyboard
 * shrinks the visual viewport, and iOS moves the page instead, so both lengths come from there.
 */
export class Frame {
  #root = document.documentElement;
  #ask = byId("ask");
  #question = byId("question");
  #choices = byId("choices");
  #earlier = byId("earlier");
  #row = part(byId("turn"), ".desk-row");
  #isAwaited = false;
  #isNew = false;
  #said = ""; // before the question, when it was brought into view last
  #isMoved = false; // by somebody, who reads what stands above the question

  constructor() {
    const seen = window.visualViewport;
    seen?.addEventListener("resize", () => this.#measureNew());
    seen?.addEventListener("scroll", () => this.#follow());
    addEventListener("resize", () => this.#measureNew());
    const grown = new ResizeObserver(() => this.changed());
    for (const part of [this.#ask, ...this.#ask.children, ...byId("turn").children, this.#earlier, this.#question]) grown.observe(part);
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#ask.addEventListener(kind, () => void (this.#isMoved = true), { passive: true });
    }
    this.#measureNew();
  }

  /** Something is shown that was not. isNew: the question; it is brought into view. */
  changed(isNew = false) {
    this.#isNew ||= isNew;
    this.#openToKeys();
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    requestAnimationFrame(() => {
      this.#isAwaited = false;
      this.#measure();
    });
  }

  /** What has grown may scroll before it is measured, on a slow device for a while: keys reach it from the beginning. */
  #openToKeys() {
    const isFramed = document.body.dataset.phase === "asking" && this.#root.dataset.frame !== "loose";
    if (isFramed && this.#ask.scrollHeight > this.#ask.clientHeight) this.#ask.tabIndex = 0;
  }

  /** At once, and once more when the window has its new size everywhere. */
  #measureNew() {
    this.#isNew = true;
    this.#measure();
    this.changed(true);
  }

  /** Of the layout, whatever somebody has pinched. */
  get #height() {
    const seen = window.visualViewport;
    return seen ? seen.height * seen.scale : innerHeight;
  }

  #follow() {
    const seen = window.visualViewport;
    this.#root.style.setProperty("--view-top", `${seen && seen.scale === 1 ? Math.round(seen.offsetTop) : 0}px`);
  }

  #measure() {
    const said = this.#earlier.textContent ?? "";
    if (this.#isNew || said !== this.#said) this.#isMoved = false;
    this.#said = said;
    this.#isNew = false;
    this.#root.style.setProperty("--row", `${this.#row.offsetHeight}px`); // long labels make it two lines high
    this.#root.style.setProperty("--view", `${Math.round(this.#height)}px`);
    this.#follow();
    this.#question.classList.toggle("question-long", (this.#question.textContent ?? "").length > LONG);
    const { phase } = document.body.dataset;
    const isPage = !["waiting", "asking"].includes(phase ?? "") || !byId("notice").hidden;
    if (isPage) return this.#become("loose");
    const { scrollTop } = this.#ask;
    const { scrollX, scrollY } = window;
    if (phase === "asking") this.#give();
    this.#ask.scrollTop = scrollTop; // trying what fits has moved both
    scrollTo(scrollX, scrollY);
    if (!this.#isMoved && this.#ask.tabIndex === 0) this.#showQuestion();
  }

  /** Its end right above the desk, as much as fits of a reply above it; a question that does not fit, from its beginning. */
  #showQuestion() {
    const ask = this.#ask.getBoundingClientRect();
    const question = this.#question.getBoundingClientRect();
    const toBeginning = question.top - ask.top - EDGE;
    this.#ask.scrollTop += Math.min(toBeginning, question.bottom - ask.bottom + EDGE);
  }

  #give() {
    const rem = parseFloat(getComputedStyle(this.#root).fontSize);
    if (this.#height < LEAST_REMS * rem && innerWidth < NARROW_REMS * rem) return this.#become("loose");
    for (const step of STEPS) {
      this.#become(step);
      if (getComputedStyle(this.#ask).display === "contents") return; // wide: the whole of it scrolls, if need be
      if (!this.#overflows && (step || !this.#choicesScroll)) break;
    }
    const lines = LEAST_LINES * parseFloat(getComputedStyle(this.#question).lineHeight);
    if (this.#ask.clientHeight < Math.min(this.#question.offsetHeight, lines)) return this.#become("loose");
    if (this.#ask.scrollHeight > this.#ask.clientHeight) this.#ask.tabIndex = 0; // a pixel is enough to scroll
  }

  get #overflows() {
    return this.#ask.scrollHeight > this.#ask.clientHeight + 1;
  }

  /** Choices that have to scroll cost the picture, but nothing that is said. */
  get #choicesScroll() {
    return this.#choices.scrollHeight > this.#choices.clientHeight + 1;
  }

  /** @param {string} step */
  #become(step) {
    this.#ask.removeAttribute("tabindex");
    if (step) this.#root.dataset.frame = step;
    else delete this.#root.dataset.frame;
  }
}
