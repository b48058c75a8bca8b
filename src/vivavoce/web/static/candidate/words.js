// @ts-check

/** Shows the words that hold now: elements name them in data-when ("fact:value fact:value"). */
export class Facts {
  /** @type {Map<string, string[]>} */
  #values = new Map();
  #root;

  /** @param {ParentNode} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {Record<string, string | string[]>} changes */
  set(changes) {
    for (const [fact, values] of Object.entries(changes)) this.#values.set(fact, [values].flat());
    /** @type {NodeListOf<HTMLElement>} */
    const elements = this.#root.querySelectorAll("[data-when]");
    for (const element of elements) {
      const holds = (element.dataset.when ?? "").split(" ").some((word) => this.#holds(word));
      const isNamed = (element.dataset.when ?? "").split(" ").some((word) => this.#values.has(word.split(":")[0] ?? ""));
      if (isNamed) element.toggleAttribute("hidden", !holds);
    }
  }

  /** @param {string} word */
  #holds(word) {
    const [fact = "", value = ""] = word.split(":");
    return this.#values.get(fact)?.includes(value) ?? false;
  }
}

/**
 * Writes the element's sentence with its places filled; the plural form follows `count`, by the page's language.
 * @param {HTMLElement} element
 * @param {Record<string, string | number>} values
 */
export function say(element, values) {
  const text = sentence(element, values.count).replace(/\{(\w+)\}/g, (place, name) => written(values[name] ?? place));
  if (element.textContent !== text) element.textContent = text; // an unchanged live region stays silent
}

/**
 * @param {HTMLElement} element
 * @param {string | number | undefined} count
 */
function sentence({ dataset }, count) {
  if (typeof count !== "number") return dataset.words ?? "";
  if (count === 0 && dataset.wordsNone) return dataset.wordsNone;
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  return dataset[`words${form.charAt(0).toUpperCase()}${form.slice(1)}`] ?? dataset.wordsOther ?? "";
}

/** @param {string | number} value */
function written(value) {
  return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value;
}
