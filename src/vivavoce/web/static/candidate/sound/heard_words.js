// @ts-check

/** What was understood of the candidate's words, as it grows; those that may be misheard are marked. */
export class HeardWords {
  text = "";
  #place;
  /** @type {HTMLElement | null} what scrolls where the words need more room than there is */
  #paper;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    this.#paper = place.closest(".paper");
    if (this.#paper) new ResizeObserver(() => this.#lead()).observe(this.#paper);
  }

  /**
   * @param {string} text
   * @param {[number, number][]} doubts in characters
   * @param {string} lang
   */
  show(text, doubts, lang) {
    this.text = text;
    this.#place.lang = lang;
    this.#place.replaceChildren(...markDoubts(text, doubts));
    this.#lead();
  }

  clear() {
    this.text = "";
    this.#place.replaceChildren();
    this.#lead();
  }

  /** What scrolls is reached by keyboard, and what doesn't is no stop on the way. */
  #lead() {
    if (!this.#paper) return;
    if (this.#paper.scrollHeight > this.#paper.clientHeight) this.#paper.tabIndex = 0;
    else this.#paper.removeAttribute("tabindex");
  }
}

/**
 * The text, with its doubtful stretches underlined.
 * @param {string} text
 * @param {[number, number][]} doubts in characters, as the server counts them: by code points
 * @returns {(string | HTMLElement)[]}
 */
export function markDoubts(text, doubts) {
  const points = Array.from(text);
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let at = 0;
  for (const [begin, end] of doubts) {
    const mark = document.createElement("u");
    mark.className = "doubt";
    mark.textContent = points.slice(begin, end).join("");
    parts.push(points.slice(at, begin).join(""), mark);
    at = end;
  }
  return [...parts, points.slice(at).join("")];
}
