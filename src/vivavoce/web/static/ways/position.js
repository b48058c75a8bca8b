// @ts-check
/* What the position's page does by itself; without it, all of it works. */

import { forgive } from "./forgive.js";

forgive();
showCover();

/** A picture that can't be loaded takes no room. Not by its size: a drawing that names none has none. */
function showCover() {
  const picture = document.querySelector(".cover img");
  if (picture instanceof HTMLImageElement) picture.decode().catch(() => picture.parentElement?.remove());
}
