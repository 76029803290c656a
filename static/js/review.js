// Keys for those who review many answers: j and k go to the next and the previous answer that nobody
// has judged yet, a accepts the one at hand, q goes to its note. Buttons do the same without this.
(() => {
  "use strict";

  const STORED = "surety.review.shortcuts";
  const FIELDS = "input, select, textarea, [contenteditable]";
  const choice = document.getElementById("shortcuts-on");
  if (!choice) return;

  choice.checked = localStorage.getItem(STORED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));

  const answers = [...document.querySelectorAll("[data-answer]")];
  const atHand = () => document.activeElement?.closest("[data-answer]") ?? null;

  const go = (step) => {
    const here = answers.indexOf(atHand());
    let at = here < 0 && step < 0 ? answers.length : here;
    do at += step;
    while (answers[at] && answers[at].dataset.answer !== "open");
    answers[at]?.focus();
    answers[at]?.scrollIntoView({ block: "start" });
  };

  const actions = {
    j: () => go(1),
    k: () => go(-1),
    a: () => atHand()?.querySelector('button[value="accept"]')?.click(),
    q: () => atHand()?.querySelector('textarea[name="note"]')?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault(); // or the letter would land in the field that is focused now
    act();
  });
})();
