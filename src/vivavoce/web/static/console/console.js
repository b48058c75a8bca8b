// @ts-check
// What every page of the console does: moments in the reader's own time, a menu that closes, forms sent once.

import "./forms.js";
import "./stream.js";

const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

/** Writes each moment in the reader's own time. @param {ParentNode} part */
function localise(part) {
  for (const time of part.querySelectorAll("time[data-moment]")) {
    if (time instanceof HTMLTimeElement) {
      time.textContent = format.format(new Date(time.dateTime));
      time.removeAttribute("data-moment");
    }
  }
}

localise(document);
document.addEventListener("htmx:afterSwap", () => localise(document));

// On a narrow screen the row of places is wider than the page: the one that is open comes into view.
const here = document.querySelector(".nav [aria-current]");
const places = here?.parentElement;
if (here && places) {
  const beyond = here.getBoundingClientRect().right - places.getBoundingClientRect().right;
  if (beyond > 0) places.scrollLeft += beyond + 16;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const summary = menu.querySelector("summary");
    menu.removeAttribute("open");
    if (menu.contains(document.activeElement)) summary?.focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});

// A form is sent once; a page that is shown again from the browser's own store may send it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== "post") return;
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
});
