// Checks a statement while it is typed (templates/vendors/finances/statement_form.html). The server checks
// the same when it is saved (vendors/statement_data.py); without this file only then.
(() => {
  "use strict";

  const form = document.querySelector("[data-statement]");
  const list = document.getElementById("statement-checks");
  if (!form || !list) return;

  const number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 4 });
  const field = (name) => form.elements.namedItem(name);
  const amount = (name) => window.surety.number(field(name)?.value ?? "");
  const known = (...names) => names.every((name) => amount(name) !== null);
  const label = (name) => form.querySelector(`label[for="${field(name).id}"]`).firstChild.textContent.trim();
  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  const SIGNED = new Set(["retained_earnings", "equity", "ebit", "ebitda", "net_income", "funds_from_operations"]);
  const PARTS = [
    ["current_assets", "total_assets"],
    ["intangible_assets", "total_assets"],
    ["inventories", "current_assets"],
    ["cash", "current_assets"],
    ["current_liabilities", "total_liabilities"],
    ["debt", "total_liabilities"],
  ];
  const amounts = [...form.querySelectorAll(".amounts input")];

  // Documents round each line to its last place: one and a half of it, or a ten-thousandth of the largest.
  const slack = (...values) => {
    const places = Math.max(...values.map((value) => (String(value).split(".")[1] ?? "").length));
    return Math.max(1.5 * 10 ** -places, Math.max(...values.map(Math.abs)) / 10_000) + 1e-9;
  };
  const round = (value) => Math.round(value * 10_000) / 10_000;
  // A check gives [state, text]; a state "open" shows what will be checked.
  const open = (row) => ["open", row.dataset.first];

  const CHECKS = {
    balance(row) {
      const [assets, owed, equity] = ["total_assets", "total_liabilities", "equity"].map(amount);
      if (assets === null) return open(row);
      if (owed === null && equity === null) return open(row);
      if (equity === null) return ["open", said(row.dataset.equity, { value: number.format(round(assets - owed)) })];
      if (owed === null) return ["open", said(row.dataset.owed, { value: number.format(round(assets - equity)) })];
      const off = round(assets - owed - equity);
      if (Math.abs(off) > slack(assets, owed, equity)) return ["off", said(row.dataset.off, { value: number.format(off) })];
      return ["ok", row.dataset.ok];
    },
    parts(row) {
      const pairs = PARTS.filter((pair) => known(...pair));
      for (const [part, whole] of pairs) {
        if (amount(part) <= amount(whole) + slack(amount(part), amount(whole))) continue;
        return ["off", said(row.dataset.off, { part: label(part), whole: label(whole) }), part];
      }
      return pairs.length ? ["ok", row.dataset.ok] : open(row);
    },
    signs(row) {
      const filled = amounts.filter((input) => amount(input.name) !== null);
      const wrong = filled.find((input) => amount(input.name) < 0 && !SIGNED.has(input.name));
      if (wrong) return ["off", said(row.dataset.off, { part: label(wrong.name) }), wrong.name];
      return filled.length ? ["ok", row.dataset.ok] : open(row);
    },
    ebitda(row) {
      if (!known("ebit", "depreciation")) return open(row);
      const sum = round(amount("ebit") + amount("depreciation"));
      if (!known("ebitda")) return ["open", said(row.dataset.follows, { value: number.format(sum) })];
      const off = round(amount("ebitda") - sum);
      if (Math.abs(off) > slack(amount("ebit"), amount("depreciation"), amount("ebitda"))) {
        return ["off", said(row.dataset.off, { value: number.format(off) }), "ebitda"];
      }
      return ["ok", row.dataset.ok];
    },
    period(row) {
      const end = field("period_end").value;
      const year = amount("fiscal_year");
      if (!/^\d{4}-\d\d-\d\d$/.test(end) || year === null) return open(row);
      if (end > new Date().toISOString().slice(0, 10)) return ["off", row.dataset.ahead, "period_end"];
      const later = Number(end.slice(0, 4)) - year;
      return later === 0 || later === 1 ? ["ok", row.dataset.ok] : ["off", row.dataset.off, "period_end"];
    },
    unit(row) {
      const scale = Number(field("scale").value);
      const currency = field("currency").value;
      const other = list.dataset;
      const before = { total_assets: Number(other.otherAssets), sales: Number(other.otherSales) };
      for (const name of ["total_assets", "sales"]) {
        if (!before[name] || !amount(name) || other.otherCurrency !== currency) continue;
        const times = (amount(name) * scale) / (before[name] * Number(other.otherScale));
        if (times > 0.01 && times < 100) continue;
        return ["off", said(row.dataset.off, { part: label(name), times: number.format(Number(times.toPrecision(3))), year: other.otherYear })];
      }
      if (amount("total_assets") === null || !currency) return open(row);
      return ["ok", said(row.dataset.ok, { value: `${number.format(amount("total_assets") * scale)} ${currency}` })];
    },
  };

  const rows = [...list.querySelectorAll("[data-check]")];
  for (const row of rows) row.dataset.first = row.querySelector("[data-text]").textContent;

  const check = () => {
    const wrong = new Set();
    for (const row of rows) {
      const [state, text, name] = CHECKS[row.dataset.check](row);
      const place = row.querySelector("[data-text]");
      row.dataset.state = state;
      if (place.textContent !== text) place.textContent = text; // said aloud only when it changes
      if (state === "off" && name) wrong.add(name);
    }
    for (const input of [...amounts, field("period_end")]) input.classList.toggle("is-off", wrong.has(input.name));
  };
  form.addEventListener("input", check);
  form.addEventListener("change", check);
  check();
})();
