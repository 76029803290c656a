// While a questionnaire is written: shares follow the weights that are typed, and answers change
// places without a visit to the server. Without this both happen when the form is sent.
(() => {
  "use strict";

  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
  const weight = (input) => Math.max(0, window.surety.number(input.value) ?? 0);

  // One weight among others that are not on the page; sections count within their dimension.
  const besides = (cell) => {
    const by = cell.dataset.by && document.getElementById(cell.dataset.by);
    if (!by) return Number.parseFloat(cell.dataset.others) || 0;
    return cell.dataset.others
      .split(";")
      .map((pair) => pair.split("="))
      .filter(([name]) => name === by.value)
      .reduce((sum, [, given]) => sum + (Number.parseFloat(given) || 0), 0);
  };
  for (const cell of document.querySelectorAll("[data-others]")) {
    const input = document.getElementById(cell.dataset.shareOf);
    const by = cell.dataset.by && document.getElementById(cell.dataset.by);
    if (!input) continue;
    const show = () => {
      const own = weight(input);
      const whole = own + besides(cell);
      cell.querySelector("[data-share-text]").textContent = percent.format(whole ? own / whole : 0);
    };
    for (const one of [input, by]) if (one) one.addEventListener("input", show);
    show();
  }

  // All weights of a whole are on the page.
  for (const group of document.querySelectorAll("[data-shares]")) {
    const cells = [...group.querySelectorAll("[data-share-of]")].map((cell) => ({
      input: document.getElementById(cell.dataset.shareOf),
      text: cell.querySelector("[data-share-text]"),
      bar: cell.querySelector("[data-share-bar]"),
    }));
    const show = () => {
      const total = cells.reduce((sum, cell) => sum + weight(cell.input), 0);
      for (const cell of cells) {
        const share = total ? weight(cell.input) / total : 0;
        cell.text.textContent = percent.format(share);
        cell.bar.setAttribute("width", (100 * share).toFixed(1));
      }
    };
    for (const cell of cells) cell.input.addEventListener("input", show);
    show();
  }

  // Two answers change places: what is in their fields does, in every language.
  const partsOf = (form, row) =>
    new Map(
      [...form.elements]
        .filter((one) => one.name.startsWith(`o${row}_`))
        .map((one) => [one.name.slice(`o${row}_`.length), one]),
    );
  const exchange = (form, row, other) => {
    const theirs = partsOf(form, other);
    for (const [part, one] of partsOf(form, row)) {
      const two = theirs.get(part);
      if (!two) continue;
      [one.value, two.value] = one.type === "checkbox" ? [one.value, two.value] : [two.value, one.value];
      if (one.type === "checkbox") [one.checked, two.checked] = [two.checked, one.checked];
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=rows_do]");
    if (!button || button.value === "more") return;
    const [way, number] = button.value.split(" ");
    const row = Number(number);
    const other = row + (way === "up" ? -1 : 1);
    const next = button.form.querySelector(`button[name=rows_do][value="${way} ${other}"]`);
    if (!next) return;
    event.preventDefault();
    exchange(button.form, row, other);
    const back = button.form.querySelector(`button[name=rows_do][value="${way === "up" ? "down" : "up"} ${other}"]`);
    (next.disabled ? back : next).focus();
  });
})();
