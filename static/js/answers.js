// Small helps on section pages; the server checks the same without them.
(() => {
  "use strict";

  document.addEventListener("input", (event) => {
    const block = event.target.closest("[data-question]");
    if (!block) return;
    const { name, value, type } = event.target;
    const own = `q-${block.dataset.question}`;
    // Typing an answer takes back "don't know" and the like.
    if (name === own && type !== "radio" && (type === "checkbox" ? event.target.checked : value !== "")) {
      const answered = block.querySelector(`input[name="${own}-state"][value="answered"]`);
      if (answered) answered.checked = true;
    }
    // "Does not apply" needs a reason: open its box.
    if (type === "radio" && value.endsWith("not_applicable")) block.querySelector(".question__note").open = true;
  });

  // On narrow screens the index starts closed: the questions come first.
  if (window.matchMedia("(max-width: 991px)").matches) document.querySelector(".section-index__list")?.removeAttribute("open");
})();
