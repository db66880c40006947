// The theme: as the system, light or dark; remembered by the browser.

import { setText } from "./dom.js";
import { forgetColours } from "./waterfall.js";

const THEMES = ["auto", "light", "dark"];
const KEY = "tokentape.theme";

/** Takes the remembered theme; `button` goes to the next, `changed()` is called when colours are others. Gives next(). */
export function themes(button, changed) {
  function set(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    setText(button, theme);
    button.setAttribute("aria-label", `Theme: ${theme}`);
    recolour();
  }

  function recolour() {
    forgetColours();
    changed();
  }

  function next() {
    const theme = THEMES[(THEMES.indexOf(button.textContent) + 1) % THEMES.length];
    remember(theme);
    set(theme);
  }

  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  button.addEventListener("click", next);
  const known = remembered();
  set(THEMES.includes(known) ? known : "auto");
  return next;
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing has the theme for as long as the page is open.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
