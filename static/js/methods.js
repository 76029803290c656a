// The share of each weight moves while it is typed. Without this it moves when the draft is saved.
(() => {
  "use strict";

  const form = document.querySelector("[data-method]");
  if (!form) return;

  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
  const cells = [...form.querySelectorAll("[data-share-of]")].map((cell) => ({
    input: document.getElementById(cell.dataset.shareOf),
    text: cell.querySelector("[data-share-text]"),
    bar: cell.querySelector("[data-share-bar]"),
  }));
  const weight = (input) => Math.max(0, window.surety.number(input.value) ?? 0);

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
})();
