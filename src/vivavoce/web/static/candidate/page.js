// @ts-check
/** @import { Words } from "./protocol.js" */

/**
 * The page promises this element; a page without it is broken, and says so.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing from the page`);
  return element;
}

/** @param {string} id */
export function dialogOf(id) {
  return /** @type {HTMLDialogElement} */ (byId(id));
}

/**
 * A copy of what stands in a <template>.
 * @param {HTMLElement} template
 */
export function copyOf(template) {
  return /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (template).content.cloneNode(true));
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(root, selector) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`${selector} is missing from the template`);
  return element;
}

/**
 * Somebody's words, in their own language.
 * @param {HTMLElement} element
 * @param {Words | null} words
 */
export function speak(element, words) {
  const { text, lang } = words ?? { text: "", lang: "" };
  if (element.lang !== lang) element.lang = lang;
  if (element.textContent !== text) element.textContent = text; // an unchanged live region stays silent
}
