// @ts-check
/** @import { Words } from "../protocol.js" */

/** What is being said, a sentence at a time. Readers aloud have the same words elsewhere on the page. */
export class Captions {
  /** @type {{ text: string, until: number }[]} until: the share of the line that is said by its end */
  #sentences = [];
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {Words} words */
  begin({ text, lang }) {
    this.#place.lang = lang;
    let said = 0;
    this.#sentences = sentencesOf(text, lang).map((sentence) => ({ text: sentence.trim(), until: (said += sentence.length) / text.length }));
    this.show(0);
  }

  /** @param {number} share of the line that has been said */
  show(share) {
    const sentence = this.#sentences.find(({ until }) => share < until) ?? this.#sentences.at(-1);
    const text = sentence?.text ?? "";
    if (this.#place.textContent !== text) this.#place.textContent = text;
  }

  end() {
    this.#sentences = [];
    this.#place.textContent = "";
  }
}

/**
 * @param {string} text
 * @param {string} lang
 */
function sentencesOf(text, lang) {
  if (typeof Intl.Segmenter !== "function") return [text];
  return Array.from(new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text), ({ segment }) => segment);
}
