// One answer after the other without loading the page anew: forms and links inside the answer at
// hand are fetched, and what comes back takes its place. Without this file they work as usual.
(() => {
  "use strict";

  const told = document.querySelector("[data-told]");
  const lost = document.querySelector("[data-lost]");
  let busy = false;

  const show = (html, url) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const part = page.getElementById("one");
    if (!part) return false;
    document.getElementById("one").replaceWith(document.adoptNode(part));
    if (url) history.replaceState(null, "", url);
    told.textContent = part.querySelector(".one__count").textContent;
    (part.querySelector("#trouble") ?? part.querySelector("[data-at-hand]")).focus();
    window.scrollTo({ top: 0 });
    return true;
  };

  const fetchPart = async (url, options, form) => {
    if (busy) return;
    busy = true;
    lost.hidden = true;
    try {
      const answer = await fetch(url, { credentials: "same-origin", ...options });
      const html = await answer.text();
      const here = answer.redirected || !form ? answer.url : "";
      // Somewhere else altogether: signed out, or no longer in review.
      if (!show(html, here)) window.location.assign(answer.redirected ? answer.url : window.location.href);
    } catch {
      lost.hidden = false;
      lost.scrollIntoView({ block: "center" });
    } finally {
      busy = false;
      if (form) {
        delete form.dataset.sent;
        for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
      }
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.closest("#one")) return;
    event.preventDefault();
    fetchPart(form.action, { method: "POST", body: new FormData(form, event.submitter) }, form);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#one a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    fetchPart(link.href, {});
  });

  document.querySelector("[data-at-hand]")?.focus({ preventScroll: true });
})();
