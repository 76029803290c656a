// Pages with many forms: sending one loads the page anew, and so would take what was entered in the
// others. Texts and choices of forms with data-keep (whose they are) stay in this tab until they are sent;
// signing out takes them away (app.js). Without this file they are sent before going on, or entered again.
(() => {
  "use strict";

  const NAME = "surety.drafts";
  // What a form is about begins the address: "/assessments/<id>", "/contracts/<id>".
  const about = window.location.pathname.split("/", 3).join("/");
  const FIELD = "textarea[id], input[type=text][id], input[type=radio][id]";

  // Of a choice all buttons belong together; the first one stands for it.
  const buttons = (field) => [...field.form.elements].filter((one) => one.type === "radio" && one.name === field.name);
  const asOne = (field) => (field.type === "radio" ? buttons(field)[0] : field);
  const fields = (form) => [...form.querySelectorAll(FIELD)].filter((field) => asOne(field) === field);
  const keyOf = (field) => `${field.form.dataset.keep} ${about} ${field.id}`;

  const valueOf = (field) =>
    field.type === "radio" ? (buttons(field).find((one) => one.checked)?.value ?? "") : field.value;
  const defaultOf = (field) =>
    field.type === "radio" ? (buttons(field).find((one) => one.defaultChecked)?.value ?? "") : field.defaultValue;
  // What the page said when it was entered. A choice is one about what it stood beside: "version", or
  // "<prefix>-version", says which state of it that was.
  const before = (field) => {
    if (field.type !== "radio") return field.defaultValue;
    const version = field.form.elements[field.name.replace(/[^-]*$/, "version")]?.value ?? "";
    return `${version} ${defaultOf(field)}`;
  };
  const fill = (field, typed) => {
    if (field.type !== "radio") field.value = typed;
    for (const one of field.type === "radio" ? buttons(field) : []) one.checked = one.value === typed;
  };

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
      if (valueOf(field) !== defaultOf(field)) kept[keyOf(field)] = { before: before(field), typed: valueOf(field) };
    });

  // Only where the page still says what it said when this was entered.
  const restore = (scope) =>
    change((kept) => {
      for (const form of scope.querySelectorAll("form[data-keep]")) {
        for (const field of fields(form)) {
          const draft = kept[keyOf(field)];
          if (draft?.before !== before(field)) continue;
          fill(field, draft.typed);
          const more = field.closest("details");
          if (more) more.open = true;
        }
      }
    });

  const isKept = (field) => field.matches?.(FIELD) && field.form?.matches("[data-keep]");
  document.addEventListener("input", (event) => {
    if (isKept(event.target)) keep(asOne(event.target));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keep]")) return;
    change((kept) => {
      for (const field of fields(event.target)) delete kept[keyOf(field)];
    });
  });
  restore(document);
  window.surety.drafts = { keep: (form) => fields(form).forEach(keep), restore };
})();
