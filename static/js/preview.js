// Questions behind a gate are shown while the answer that opens it is chosen. Nothing is sent.
(() => {
  const asked = new Map(
    [...document.querySelectorAll("[data-asked]")].map((one) => [one.dataset.asked, one]),
  );
  const show = () => {
    for (const one of asked.values()) {
      if (!one.dataset.gate) continue;
      const gate = asked.get(one.dataset.gate);
      const opens = one.dataset.opens.split(" ");
      const chosen = gate ? [...gate.querySelectorAll("input:checked")] : [];
      one.hidden = gate
        ? gate.hidden || !chosen.some((input) => opens.includes(input.value))
        : false;
    }
  };
  document.addEventListener("change", show);
  show();
})();
