// @ts-check
// What forms of the console do beyond sending: dialogs, copying, files read into a field, questions in another order.

/** @param {Element | null} element @param {string} name */
const near = (element, name) => element?.closest(`[${name}]`) ?? null;

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target : null;
  const opener = near(pressed, "data-opens");
  if (opener) {
    const dialog = document.getElementById(opener.getAttribute("data-opens") ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  if (near(pressed, "data-closes")) pressed?.closest("dialog")?.close();
  const copier = near(pressed, "data-copies");
  if (copier) copy(copier);
  if (near(pressed, "data-prints")) window.print();
  const mover = near(pressed, "data-moves");
  if (mover) move(mover);
});

/** @param {Element} button */
async function copy(button) {
  const field = document.getElementById(button.getAttribute("data-copies") ?? "");
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy"); // by http, where browsers give no clipboard
    if (button instanceof HTMLElement) button.focus();
  }
  button.textContent = button.getAttribute("data-copied");
}

/** Puts a question before or after its neighbour. @param {Element} button */
function move(button) {
  const question = near(button, "data-question");
  const isUp = button.getAttribute("data-moves") === "up";
  const other = isUp ? question?.previousElementSibling : question?.nextElementSibling;
  if (!question || !other) return;
  if (isUp) other.before(question);
  else other.after(question);
  number();
  if (button instanceof HTMLElement) button.focus();
}

/** Writes each question's place where the form is sent. */
function number() {
  let place = 0;
  for (const field of document.querySelectorAll("[data-place]")) {
    if (field instanceof HTMLInputElement) field.value = String(place++);
  }
  for (const button of document.querySelectorAll("[data-moves]")) {
    const question = near(button, "data-question");
    const isUp = button.getAttribute("data-moves") === "up";
    button.toggleAttribute("hidden", !(isUp ? question?.previousElementSibling : question?.nextElementSibling));
  }
}

number();
document.addEventListener("htmx:afterSwap", (event) => {
  number();
  if (!(event.target instanceof Element) || event.target.id !== "questions") return;
  const questions = document.querySelectorAll("[data-question]");
  questions[questions.length - 1]?.querySelector("textarea")?.focus();
});
// htmx reads an address once; which number the next question has is known when it is asked for.
document.addEventListener("htmx:configRequest", (event) => {
  if (!(event instanceof CustomEvent) || !near(event.detail.elt, "data-adds")) return;
  event.detail.parameters["number"] = document.querySelectorAll("[data-question]").length;
});

// A file is read here and sent as text, so that the server takes none.
for (const place of document.querySelectorAll("[data-file-for]")) {
  const file = place.querySelector("input[type=file]");
  const field = document.getElementById(place.getAttribute("data-file-for") ?? "");
  file?.addEventListener("change", async () => {
    const chosen = file instanceof HTMLInputElement ? file.files?.[0] : undefined;
    if (chosen && field instanceof HTMLTextAreaElement) {
      field.value = await chosen.text();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    }
  });
}
