// Small conveniences shared by every page. Each page works without this file.
(() => {
  "use strict";

  const all = (selector, scope = document) => Array.from(scope.querySelectorAll(selector));

  // A number as the reader types it, 1,234.5 or 1.234,5; null for nothing and for what is no number.
  // The server reads it again, by the same rules (accounts/typed_numbers.py).
  const parts = new Intl.NumberFormat(document.documentElement.lang || "en").formatToParts(1.5);
  const mark = parts.find((part) => part.type === "decimal").value;
  const SHAPES = [
    /^(?:\d+|(?=[.,]\d))(?:(?<decimal>[.,])\d*)?$/,
    /^[1-9]\d{0,2}(?<by>[.,' ])\d{3}(?:\k<by>\d{3})*(?:(?!\k<by>)(?<decimal>[.,])\d*)?$/,
    /^[1-9]\d?(?:,\d{2})+,\d{3}(?:(?<decimal>\.)\d*)?$/,
  ];
  const number = (text) => {
    const signed = text.trim().replace(/\s/g, " ").replaceAll("\u2019", "'").replace("\u2212", "-");
    const bare = signed.replace(/^[+-] ?/, "");
    const shape = SHAPES.find((one) => one.test(bare));
    if (!shape) return null;
    const decimal = /^[1-9]\d{0,2}[.,]\d{3}$/.test(bare) ? mark : shape.exec(bare).groups.decimal;
    const plain = [...bare].filter((sign) => sign === decimal || /\d/.test(sign)).join("");
    const found = Number(plain.replace(",", "."));
    return signed.startsWith("-") ? -found : found;
  };
  window.surety = { number };

  // Menus are <details>: close them on Escape, on a click elsewhere and when focus leaves.
  const closeMenus = (except) => {
    for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]") ?? document.querySelector("details.site-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  const trying = (kind, step) => {
    try {
      return step(window[kind]);
    } catch {
      // Storage is blocked, so nothing is kept.
      return null;
    }
  };
  const inStorage = (step) => trying("sessionStorage", step);
  const inAllTabs = (step) => trying("localStorage", step);

  // Filters fold away in a narrow window. Unfolded, they stay so when a choice loads the page anew.
  const UNFOLDED = `surety.unfolded ${window.location.pathname}`;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-unfold]");
    if (!button) return;
    const open = String(button.getAttribute("aria-expanded") !== "true");
    button.setAttribute("aria-expanded", open);
    inStorage((storage) => storage.setItem(UNFOLDED, open));
  });

  // A form marked data-autosubmit sends itself when a select or checkbox in it changes. By keyboard it
  // waits for its button: there each arrow key is a change, and the page that comes takes the focus.
  let byKeys = false;
  for (const name of ["keydown", "pointerdown"])
    document.addEventListener(name, () => (byKeys = name === "keydown"), { capture: true, passive: true });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-autosubmit]");
    if (form && !byKeys && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  // A second click on "Save" must not save twice. The server checks too; this is for the eye.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "repeatable" in form.dataset) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    const button = event.submitter;
    if (button) button.classList.add("is-busy");
  });
  // Signing out takes unsaved text with it: the next person at this screen must not find it. The page
  // that arrives afterwards says that it is done, so that nothing is lost with a lost line. Other tabs
  // hear of it. And where a session ended by itself, whoever signs in next does not find what the one
  // before them typed; they themselves find it again.
  const LEFT = "surety.left";
  const PERSON = "surety.person"; // who came last in this browser
  const inAll = (name) => inAllTabs((storage) => storage.getItem(name));
  if (document.querySelector("[data-session-over]")) {
    inStorage((storage) => storage.clear());
    inAllTabs((storage) => {
      storage.setItem(LEFT, String(Date.now()));
      storage.removeItem(PERSON);
    });
  }
  // Leaving the portal does the same for one invitation: others may be open in the same tab.
  const visit = document.querySelector("[data-visit-left]")?.dataset.visitLeft;
  if (visit) {
    inStorage((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(`surety-autosave:${visit}:`)) storage.removeItem(key);
    });
  }
  const person = document.querySelector("form[data-sign-out]")?.dataset.signOut;
  if (person) {
    window.addEventListener("storage", (event) => {
      if (event.key === LEFT) inStorage((storage) => storage.clear());
    });
    // A page that the browser kept as it stood is not shown to whoever comes back to it: it asks anew,
    // after signing out and where somebody else has come since.
    inAllTabs((storage) => storage.setItem(PERSON, person));
    const before = inAll(LEFT);
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted || (inAll(LEFT) === before && (inAll(PERSON) ?? person) === person)) return;
      document.documentElement.hidden = true;
      window.location.reload();
    });
    inStorage((storage) => {
      for (const key of Object.keys(storage)) {
        if (key.startsWith("surety-autosave:") && !key.startsWith(`surety-autosave:${person}:`)) storage.removeItem(key);
      }
      const drafts = Object.entries(JSON.parse(storage.getItem("surety.drafts") ?? "{}"));
      const own = drafts.filter(([key]) => key.startsWith(`${person} `));
      if (own.length < drafts.length) storage.setItem("surety.drafts", JSON.stringify(Object.fromEntries(own)));
    });
  }
  // Coming back with the Back button shows the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all(".is-busy")) button.classList.remove("is-busy");
  });

  // Copy buttons: <button data-copy="#id-of-text" data-copied="Copied">
  const copy = async (button) => {
    const source = document.querySelector(button.dataset.copy);
    const text = source.value ?? source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Clipboard refused (plain http, policy): select the text, so that Ctrl+C copies it.
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      return;
    }
    const label = button.querySelector("[data-copy-label]");
    label.dataset.before ??= label.textContent; // pressed twice, it says "Copied" already
    label.textContent = button.dataset.copied;
    window.setTimeout(() => (label.textContent = label.dataset.before), 2500);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
    if (event.target.closest?.("[data-print]")) window.print();
  });

  // "Select all" boxes in table headings: <input type="checkbox" data-check-all="name">
  document.addEventListener("change", (event) => {
    const master = event.target.closest?.("[data-check-all]");
    if (!master) return;
    for (const box of all(`input[type=checkbox][name="${master.dataset.checkAll}"]`)) box.checked = master.checked;
  });

  const enhance = (scope) => {
    // The error summary takes the focus, so that a screen reader starts with it.
    scope.querySelector?.("[data-focus]")?.focus();
    if (inStorage((storage) => storage.getItem(UNFOLDED)) === "true")
      for (const button of all("[data-unfold]", scope)) button.setAttribute("aria-expanded", "true");
    // The tab that is open is in sight, also where there are more than fit side by side.
    for (const tab of all(".tabs a[aria-current]", scope)) {
      const row = tab.closest("ul");
      row.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - row.offsetLeft - row.clientWidth);
    }
    // Local times: the server prints them in the zone of the reader's profile, which stays in the tooltip;
    // the reader sees the time of their own clock.
    for (const time of all("time[data-local]", scope)) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.valueOf())) continue;
      time.title = time.textContent.trim();
      const said = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
      // British English shortens September by four letters, the days that the server writes by three.
      time.textContent = said.format(moment).replace(/\bSept\b/, "Sep");
      delete time.dataset.local;
    }
  };
  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

  // htmx fails silently by default; say so where everybody can see and hear it, until all that failed
  // has come after all, or is no longer there.
  const failed = new Set();
  const sayFailed = () => {
    for (const part of failed) if (!part.isConnected) failed.delete(part);
    const box = document.getElementById("load-error");
    if (box) box.hidden = !failed.size;
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      failed.add(event.detail.elt);
      sayFailed();
    });
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.failed) return;
    failed.delete(event.detail.elt);
    sayFailed();
  });
})();
