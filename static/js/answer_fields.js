// The inputs of a question on a page that saves itself: read, written, put into words, and kept in
// the browser until the server has them. Used by autosave.js.
window.suretyAnswers = (() => {
  "use strict";

  const PREFIX = "surety-autosave:";

  class Store {
    constructor(key) {
      this.key = PREFIX + key;
    }
    all() {
      try {
        return JSON.parse(window.sessionStorage.getItem(this.key)) || {};
      } catch {
        return {}; // storage is blocked: saving still works, only the safety net is missing
      }
    }
    write(entries) {
      try {
        if (Object.keys(entries).length) window.sessionStorage.setItem(this.key, JSON.stringify(entries));
        else window.sessionStorage.removeItem(this.key);
      } catch {
        // Blocked or full: the warning on leaving the page still stands.
      }
    }
    put(question, entry) {
      this.write({ ...this.all(), [question]: entry });
    }
    drop(question) {
      const { [question]: _gone, ...rest } = this.all();
      this.write(rest);
    }
  }

  // --- reading and writing the inputs of one question ---
  const inputs = (block) => Array.from(block.querySelectorAll("input, select, textarea")).filter((input) =>
    input.name && !["hidden", "submit", "button", "file"].includes(input.type) && input.closest("[data-question]") === block);

  const read = (block) => {
    const pairs = [];
    for (const input of inputs(block)) {
      if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
      if (input.type === "select-multiple") for (const option of input.selectedOptions) pairs.push([input.name, option.value]);
      else pairs.push([input.name, input.value]);
    }
    return pairs;
  };

  const write = (block, pairs) => {
    for (const input of inputs(block)) {
      const values = pairs.filter(([name]) => name === input.name).map(([, value]) => String(value));
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else if (input.type === "select-multiple") for (const option of input.options) option.selected = values.includes(option.value);
      else input.value = values[0] ?? "";
    }
  };

  // Whether it says something else than the page that came from the server.
  const changed = (block) => inputs(block).some((input) => {
    if (input.type === "radio" || input.type === "checkbox") return input.checked !== input.defaultChecked;
    return !(input instanceof HTMLSelectElement) && input.value !== input.defaultValue;
  });

  // A value as the server gives it -> [input name, value] pairs.
  const pairsOf = (question, value) => {
    if (value === null || value === undefined || value === "") return [];
    if (Array.isArray(value)) return value.map((one) => [question, one]);
    if (typeof value === "object") return Object.entries(value).flatMap(([name, one]) => pairsOf(name, one));
    return [[question, value]];
  };

  // The words a person would read for these values: labels instead of option keys.
  const words = (block, pairs) =>
    pairs
      .map(([name, value]) => {
        const input = inputs(block).find((one) => one.name === name && (!["radio", "checkbox"].includes(one.type) || one.value === String(value)));
        if (input && "silent" in input.dataset) return ""; // says nothing by itself: "as answered above"
        if (input && ["radio", "checkbox"].includes(input.type)) return input.labels?.[0]?.textContent.trim() || value;
        if (input instanceof HTMLSelectElement) return Array.from(input.options).find((option) => option.value === String(value))?.text || value;
        return value;
      })
      .filter((word) => String(word).trim() !== "")
      .join("\n");

  return { Store, changed, inputs, read, write, pairsOf, words };
})();
