// @ts-check

/**
 * A database on the device with one store. Fails where storage is forbidden.
 * @param {string} name
 * @param {string} store
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase(name, store) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1); // throws where storage is forbidden
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}
