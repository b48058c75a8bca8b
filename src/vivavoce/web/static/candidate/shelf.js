// @ts-check

/** Small texts kept on the device, under one prefix; in memory alone where the browser allows no storage. */
export class Shelf {
  /** @type {Map<string, string>} */
  #memory = new Map();
  #prefix;

  /** @param {string} prefix */
  constructor(prefix) {
    this.#prefix = prefix;
  }

  /**
   * True when the text will still be there after a reload.
   * @param {string} name
   * @param {string} text
   */
  put(name, text) {
    this.#memory.set(name, text);
    try {
      localStorage.setItem(this.#prefix + name, text);
      return true;
    } catch {
      return false; // storage is full or forbidden; the memory has it
    }
  }

  /**
   * @param {string} name
   * @returns {string | null}
   */
  get(name) {
    try {
      return localStorage.getItem(this.#prefix + name) ?? this.#memory.get(name) ?? null;
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  /** @param {string} name */
  remove(name) {
    this.#memory.delete(name);
    try {
      localStorage.removeItem(this.#prefix + name);
    } catch {
      // Nothing was kept there.
    }
  }

  /** @returns {string[]} the names on the shelf */
  names() {
    const names = new Set(this.#memory.keys());
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(this.#prefix)) names.add(key.slice(this.#prefix.length));
      }
    } catch {
      // The memory is all there is.
    }
    return [...names];
  }
}
