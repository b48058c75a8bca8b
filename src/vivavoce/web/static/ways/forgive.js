// @ts-check

/** What is chosen or ticked is no longer missing: not in red, and not for whoever has it read out. */
export function forgive() {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.checked) return;
    const inputs = target.form?.querySelectorAll(`[name="${CSS.escape(target.name)}"]`) ?? [];
    for (const input of inputs) {
      input.removeAttribute("aria-invalid");
      for (const id of input.getAttribute("aria-describedby")?.split(" ") ?? []) document.getElementById(id)?.remove();
    }
  });
}
