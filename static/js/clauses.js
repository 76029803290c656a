// Keys for those who go through a checklist: j and k move between points, digits choose how the one at
// hand is settled, e goes to its wording, s saves it, c confirms it. Forms do the same without this.
(() => {
  "use strict";

  const STORED = "surety.clauses.shortcuts";
  const FIELDS = "select, textarea, input:not([type=radio]):not([type=checkbox]), [contenteditable]";
  const choice = document.getElementById("shortcuts-on");
  const points = [...document.querySelectorAll("[data-clause]")];

  // After saving, the address names the next point: the keys go on from there.
  const named = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  named?.closest("[data-clause]")?.focus({ preventScroll: true });
  if (!choice) return;

  choice.checked = localStorage.getItem(STORED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));

  const atHand = () => document.activeElement?.closest("[data-clause]") ?? null;
  const go = (step) => {
    const here = points.indexOf(atHand());
    const next = points[here < 0 ? (step > 0 ? 0 : points.length - 1) : here + step];
    next?.focus();
    next?.scrollIntoView({ block: "start" });
  };
  const settle = (number) => atHand()?.querySelectorAll('input[name="status"]')[number - 1]?.click();
  const write = () => {
    const more = atHand()?.querySelector("details.judge__more");
    if (!more) return;
    more.open = true;
    more.querySelector("textarea")?.focus();
  };
  const actions = {
    j: () => go(1),
    k: () => go(-1),
    e: write,
    s: () => atHand()?.querySelector("[data-save]")?.click(),
    c: () => atHand()?.querySelector("[data-confirm]")?.click(),
  };
  for (const number of [1, 2, 3, 4, 5, 6]) actions[number] = () => settle(number);

  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault(); // or the letter would land in the field that is focused now
    act();
  });
})();
