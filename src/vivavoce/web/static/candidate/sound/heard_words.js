// @ts-check

/** What was understood of the candidate's words, as it grows; those that may be misheard are marked. */
export class HeardWords {
  text = "";
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
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
  }

  clear() {
    this.text = "";
    this.#place.replaceChildren();
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
