// One answer after the other without loading the page anew: forms and links inside the answer at
// hand are fetched, and what comes back takes its place. Without this file they work as usual.
(() => {
  "use strict";

  const told = document.querySelector("[data-told]");
  const lost = document.querySelector("[data-lost]");
  const other = document.querySelector("[data-other]");
  const TOKEN = "csrfmiddlewaretoken";
  let busy = false;

  const say = (notice) => {
    notice.hidden = false;
    notice.scrollIntoView({ block: "center" });
  };
  // Who is signed in on a page.
  const personOn = (page) => page.querySelector("form[data-sign-out]")?.dataset.signOut;

  const show = (page, url) => {
    const part = page.getElementById("one");
    if (!part) return false;
    document.getElementById("one").replaceWith(document.adoptNode(part));
    const messages = page.querySelector(".messages");
    document.querySelector(".messages").replaceChildren(...document.adoptNode(messages).children);
    window.surety.drafts.restore(part);
    // As after a part that htmx fetched: times become the reader's own (app.js).
    part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
    document.title = page.title;
    if (url) history.replaceState(null, "", url);
    told.textContent = part.querySelector(".one__count").textContent;
    (part.querySelector("#trouble") ?? part.querySelector("[data-at-hand]")).focus();
    window.scrollTo({ top: 0 });
    return true;
  };

  const ask = async (url, options) => {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };

  // A form that was not taken can be sent again, and keeps what was typed.
  const giveBack = (form, taken) => {
    if (!taken) window.surety.drafts.keep(form);
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
  };

  const fetchPart = async (url, options, form) => {
    if (busy) {
      if (form) giveBack(form, false);
      return;
    }
    busy = true;
    lost.hidden = true;
    other.hidden = true;
    let taken = false;
    try {
      let { answer, page } = await ask(url, options);
      // Nothing that was pressed on one person's page is done, or shown, in the name of another.
      const person = personOn(document);
      if (personOn(page) && personOn(page) !== person) {
        say(other);
        return;
      }
      const token = page.querySelector(`[name=${TOKEN}]`)?.value;
      if (answer.status === 403 && form && token && personOn(page) === person) {
        // Signed in again beside this page: its token is old, the answer holds the new one.
        options.body.set(TOKEN, token);
        ({ answer, page } = await ask(url, options));
      }
      taken = show(page, answer.redirected || !form ? answer.url : "");
      if (taken) return;
      // Refused without this page, what was typed stays. Else it is no longer in review.
      taken = answer.ok;
      if (taken) window.location.assign(answer.url);
      else say(lost);
    } catch {
      say(lost);
    } finally {
      busy = false;
      if (form) giveBack(form, taken);
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

  (document.getElementById("trouble") ?? document.querySelector("[data-at-hand]"))?.focus({ preventScroll: true });
})();
