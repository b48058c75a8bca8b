// @ts-check
import { byId } from "../candidate/page.js";
import { Shelf } from "../candidate/shelf.js";
import { Facts } from "../candidate/words.js";
import { MicrophoneTrial } from "./microphone_trial.js";
import { playSentence } from "./sentence.js";

const { attempt = "" } = document.body.dataset;
const form = /** @type {HTMLFormElement} */ (byId("choose"));
const shelf = new Shelf(attempt);
const facts = new Facts(document);
void shelf.open(() => {});

facts.set({ script: "here" });
byId("large-text").addEventListener("change", ({ target }) => (document.documentElement.dataset.text = /** @type {HTMLInputElement} */ (target).checked ? "large" : "normal"));

const trial = document.getElementById("try") ? new MicrophoneTrial(facts) : null;
document.getElementById("play")?.addEventListener("click", () => playSentence(byId("sentence"), facts));
document.getElementById("type-instead")?.addEventListener("click", () => {
  const typing = /** @type {HTMLInputElement} */ (form.querySelector("[name=way][value=type]"));
  typing.click();
  typing.focus();
});
form.addEventListener("change", ({ target }) => {
  const { name, value } = /** @type {HTMLInputElement} */ (target);
  if (name === "way" && value === "type") trial?.stop();
});

/** What the conversation remembers on this device was wanted before: from here on holds what is chosen here. */
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trial?.stop();
  shelf.remove("way", "sound", "picture");
  if (trial?.device) void shelf.put("microphone", trial.device);
  await shelf.settle();
  form.submit();
});
