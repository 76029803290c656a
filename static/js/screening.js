// Keys for those who decide many matches: j and k go to the next and the previous one, y and n choose
// yes or no and go to the reason. Choices and fields do the same without this.
(() => {
  "use strict";

  const STORED = "surety.screening.shortcuts";
  const FIELDS = "input:not([type=radio]), select, textarea, [contenteditable]";
  const choice = document.getElementById("shortcuts-on");
  if (!choice) return;

  choice.checked = localStorage.getItem(STORED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));

  const matches = [...document.querySelectorAll("[data-match]")];
  const atHand = () => document.activeElement?.closest("[data-match]") ?? null;

  const go = (step) => {
    const here = matches.indexOf(atHand());
    const next = matches[here < 0 && step < 0 ? matches.length - 1 : here + step];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "start" });
  };

  const say = (verdict) => {
    const match = atHand();
    match?.querySelector(`input[type="radio"][value="${verdict}"]`)?.click();
    match?.querySelector("textarea")?.focus();
  };

  const actions = {
    j: () => go(1),
    k: () => go(-1),
    y: () => say("confirmed"),
    n: () => say("dismissed"),
  };

  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.defaultPrevented || event.repeat) return;
    // Out of a reason, back to its match, from where the keys work again.
    if (event.key === "Escape" && event.target.matches("[data-match] textarea")) {
      atHand()?.focus({ preventScroll: true });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault(); // or the letter would land in the field that is focused now
    act();
  });
})();
