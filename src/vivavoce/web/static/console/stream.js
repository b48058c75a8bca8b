// @ts-check
// A part of the page that is fetched again each time that the server says it has changed.

const part = document.querySelector("[data-stream]");
if (part instanceof HTMLElement) {
  const source = new EventSource(part.dataset["stream"] ?? "");
  source.addEventListener("changed", () => part.dispatchEvent(new CustomEvent("changed")));
}
