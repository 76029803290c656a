// Keys for those who review many answers: j or n and k or p go to the next and the previous answer
// that nobody has judged yet, a accepts the one at hand, q goes to its note, o to overriding it, e
// to how well it is proved. Buttons do the same without this.
(() => {
  "use strict";

  const STORED = "surety.review.shortcuts";
  const FIELDS = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
  const choice = document.getElementById("shortcuts-on");
  const help = document.getElementById("keys");
  if (!choice) return;

  choice.checked = localStorage.getItem(STORED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
  document.querySelector("[data-keys-help]")?.addEventListener("click", () => help.showModal());

  // In the list an answer is at hand when the focus is in it; one by one there is only one.
  const atHand = () =>
    document.querySelector("[data-at-hand]") ?? document.activeElement?.closest("[data-answer]") ?? null;
  const inside = (selector) => atHand()?.querySelector(selector);

  const go = (step) => {
    const link = document.querySelector(`[data-one] [data-go="${step > 0 ? "next" : "previous"}"]`);
    if (document.querySelector("[data-one]")) {
      link?.click();
      return;
    }
    const answers = [...document.querySelectorAll("[data-answer]")];
    const here = answers.indexOf(atHand());
    let at = here < 0 && step < 0 ? answers.length : here;
    do at += step;
    while (answers[at] && answers[at].dataset.answer !== "open");
    answers[at]?.focus();
    answers[at]?.scrollIntoView({ block: "start" });
  };

  const override = () => {
    const part = inside("[data-override]");
    if (!part) {
      inside("[data-more]")?.click();
      return;
    }
    part.open = true;
    part.querySelector("form input:not([type=hidden]), form textarea")?.focus();
  };

  const actions = {
    j: () => go(1),
    n: () => go(1),
    k: () => go(-1),
    p: () => go(-1),
    a: () => inside('button[value="accept"], button[value="approve"]')?.click(),
    q: () => inside('textarea[name="note"]')?.focus(),
    o: override,
    e: () => (inside('input[name="evidence"]:checked') ?? inside('input[name="evidence"]'))?.focus(),
    "?": () => help.showModal(),
  };

  // In a note: Escape leaves it, so that keys work again; Ctrl and Enter send it.
  const inField = (event) => {
    if (event.key === "Escape") {
      event.target.blur();
      atHand()?.focus();
      return;
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form;
    const button = form?.querySelector('button[value="query"], button[value="refuse"]') ?? form?.querySelector("button[type=submit]");
    if (!button || !event.target.matches("textarea")) return;
    event.preventDefault();
    button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.defaultPrevented || event.repeat || help.open) return;
    if (event.target.closest?.(FIELDS)) {
      inField(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault(); // or the letter would land in the field that is focused now
    act();
  });
})();
