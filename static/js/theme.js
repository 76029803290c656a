// Runs in <head>, before the first paint, so that a dark page never flashes white.
// The choice is "light", "dark" or "auto" (follow the system) and stays in this browser.
(() => {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      const value = window.localStorage.getItem("surety-theme");
      return value === "light" || value === "dark" ? value : "auto";
    } catch {
      return "auto"; // storage is blocked: follow the system
    }
  };

  const apply = (choice) => {
    const theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    const changed = root.dataset.bsTheme !== theme;
    root.dataset.bsTheme = theme;
    root.dataset.themeChoice = choice;
    if (changed) document.dispatchEvent(new CustomEvent("surety:theme", { detail: theme }));
  };

  const mark = () => {
    for (const button of document.querySelectorAll("[data-theme-value]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeValue === root.dataset.themeChoice));
    }
  };

  root.classList.add("js");
  apply(stored());
  system.addEventListener("change", () => {
    apply(stored());
    mark();
  });
  document.addEventListener("DOMContentLoaded", mark);
  // Paper is white: print in the light colours, charts included.
  window.addEventListener("beforeprint", () => apply("light"));
  window.addEventListener("afterprint", () => apply(stored()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-value]");
    if (!button) return;
    try {
      window.localStorage.setItem("surety-theme", button.dataset.themeValue);
    } catch {
      // Nothing to remember it in: the choice holds for this page only.
    }
    apply(button.dataset.themeValue);
    mark();
  });
})();
