// @ts-check
import { byId } from "../candidate/page.js";
import { Shelf } from "../candidate/shelf.js";
import { Facts } from "../candidate/words.js";
import { forgive } from "../ways/forgive.js";
import { MicrophoneTrial } from "./microphone_trial.js";
import { playSentence } from "./sentence.js";

const { attempt = "" } = document.body.dataset;
const form = /** @type {HTMLFormElement} */ (byId("choose"));
const shelf = new Shelf(attempt);
const facts = new Facts(document);
void shelf.open(() => {});

facts.set({ script: "here" });
forgive();
byId("large-text").addEventListener("change", ({ target }) => (document.documentElement.dataset.text = /** @type {HTMLSelectElement} */ (target).value === "yes" ? "large" : "normal"));

const trial = document.getElementById("try") ? new MicrophoneTrial(facts) : null;
document.getElementById("play")?.addEventListener("click", () => playSentence(byId("sentence"), facts));
const typing = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=way][value=type][type=radio]"));
// In the sound check the button itself sends the form; among the settings there is the choice to go back to.
if (typing)
  document.getElementById("type-instead")?.addEventListener("click", () => {
    typing.click();
    typing.focus();
  });
form.addEventListener("change", ({ target }) => {
  const { name, value } = /** @type {HTMLInputElement} */ (target);
  if (name === "way" && value === "type") trial?.stop();
});

/** @param {HTMLButtonElement} button what it sends, since a form that a script sends knows of no button */
function hidden({ name, value }) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}

/** What the conversation remembers on this device was wanted before: from here on holds what is chosen here. */
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trial?.stop();
  shelf.remove("way", "sound", "picture");
  if (trial?.device) void shelf.put("microphone", trial.device);
  await shelf.settle();
  const { submitter } = event;
  if (submitter instanceof HTMLButtonElement && submitter.name) form.append(hidden(submitter));
  form.submit();
});
