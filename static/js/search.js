// The box in the header: "/" brings you there, and the first results are listed while you type.
// A combobox with a list below it, after the WAI-ARIA pattern: the focus stays in the box, and
// aria-activedescendant says which option is meant. Without this file, Enter searches.
(() => {
  "use strict";

  const WAIT = 180; // ms after the last key
  const LEAST = 2; // letters

  const form = document.querySelector("form[data-search]");
  if (!form) return;
  const box = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[data-search-status]");

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asking = null;
  let shown = "";

  const options = () => Array.from(list.querySelectorAll("[role=option]"));
  const active = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    active()?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  };

  const close = () => {
    window.clearTimeout(timer);
    asking?.abort();
    choose(null);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    status.textContent = "";
  };

  const open = () => {
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    const count = options().length - 1; // The last one leads to all results.
    status.textContent = count > 0 ? status.dataset.some.replace("%d", count) : status.dataset.none;
  };

  const ask = async () => {
    const text = box.value.trim();
    if (text.length < LEAST) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const url = `${form.dataset.first}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(url, { signal: asking.signal, redirect: "error" });
      // Signed out by now, or the server is busy: Enter still works, and says so.
      if (!answer.ok) return close();
      const html = await answer.text();
      if (document.activeElement !== box) return;
      list.innerHTML = html;
      shown = text;
      choose(null);
      open();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  box.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        if (all.length && shown === box.value.trim()) open();
        else return void ask();
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      // From the box down to the first, up to the last, and around.
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      window.location.assign(all[at].dataset.url);
    } else if (event.key === "Escape") {
      if (!list.hidden) {
        // The browser would empty a search box as well; first the list goes, then the text.
        event.preventDefault();
        close();
      }
    } else if (event.key === "Tab") {
      close();
    }
  });

  // A press on an option must not take the focus from the box before the click arrives.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) window.location.assign(option.dataset.url);
  });
  box.addEventListener("blur", close);

  const writes = (element) =>
    element?.isContentEditable || element?.matches?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || writes(event.target)) return;
    event.preventDefault();
    // On a narrow window it is behind the menu.
    const menu = document.querySelector("details.site-menu");
    if (menu && !box.checkVisibility()) menu.open = true;
    box.focus();
    box.select();
  });
})();
