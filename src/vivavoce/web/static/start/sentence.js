// @ts-check
import { soundWorld, unlockSound } from "../candidate/sound/context.js";
/** @import { Facts } from "../candidate/words.js" */

/**
 * Plays a sentence of the interviewer's: the server's sound, else the browser's own voice.
 * @param {HTMLElement} sentence its words; data-audio: where their sound is
 * @param {Facts} facts
 */
export async function playSentence(sentence, facts) {
  facts.set({ sound: "playing" });
  const isPlayed = (await playFile(sentence.dataset.audio ?? "").catch(() => false)) || (await sayByBrowser(sentence));
  facts.set({ sound: isPlayed ? "played" : "failed" });
}

/** @param {string} address */
async function playFile(address) {
  const world = soundWorld();
  if (!address || !world || !(await unlockSound())) return false;
  const response = await fetch(address);
  if (!response.ok) return false;
  const source = world.createBufferSource();
  source.buffer = await world.decodeAudioData(await response.arrayBuffer());
  source.connect(world.destination);
  await new Promise((resolve) => {
    source.onended = resolve;
    source.start();
  });
  return true;
}

/**
 * @param {HTMLElement} sentence
 * @returns {Promise<boolean>}
 */
function sayByBrowser({ textContent, lang }) {
  const speech = window.speechSynthesis;
  const voice = speech?.getVoices().find((known) => known.lang.toLowerCase().startsWith(lang.toLowerCase()));
  if (!voice) return Promise.resolve(false);
  const spoken = new SpeechSynthesisUtterance(textContent ?? "");
  Object.assign(spoken, { voice, lang });
  return new Promise((resolve) => {
    spoken.onend = () => resolve(true);
    spoken.onerror = () => resolve(false);
    speech.speak(spoken);
  });
}
