// Pages with many forms: sending one loads the page anew, and so would take what was typed in the
// others. Texts of forms with data-keep (whose they are) stay in this tab until they are sent; signing
// out takes them away (app.js). Without this file what is typed is sent before going on, or typed again.
(() => {
  "use strict";

  const NAME = "surety.drafts";
  // What a form is about begins the address: "/assessments/<id>", "/contracts/<id>".
  const about = window.location.pathname.split("/", 3).join("/");
  const TEXT = "textarea[id], input[type=text][id]";
  const texts = (form) => [...form.querySelectorAll(TEXT)];
  const keyOf = (field) => `${field.form.dataset.keep} ${about} ${field.id}`;

  const change = (step) => {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(NAME) ?? "{}");
      step(kept);
      window.sessionStorage.setItem(NAME, JSON.stringify(kept));
    } catch {
      // Storage is blocked or full: then nothing is kept.
    }
  };

  const keep = (field) =>
    change((kept) => {
      delete kept[keyOf(field)];
      if (field.value !== field.defaultValue) kept[keyOf(field)] = { before: field.defaultValue, typed: field.value };
    });

  // Only where the page still says what it said when this was typed.
  const restore = (scope) =>
    change((kept) => {
      for (const form of scope.querySelectorAll("form[data-keep]")) {
        for (const field of texts(form)) {
          const draft = kept[keyOf(field)];
          if (draft?.before !== field.defaultValue) continue;
          field.value = draft.typed;
          const more = field.closest("details");
          if (more) more.open = true;
        }
      }
    });

  const isKept = (field) => field.matches?.(TEXT) && field.form?.matches("[data-keep]");
  document.addEventListener("input", (event) => {
    if (isKept(event.target)) keep(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keep]")) return;
    change((kept) => {
      for (const field of texts(event.target)) delete kept[keyOf(field)];
    });
  });
  restore(document);
  window.surety.drafts = { keep: (form) => texts(form).filter(isKept).forEach(keep), restore };
})();
