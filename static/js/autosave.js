// Saves each answer as it is given; the page's own "Save" button does the same without JavaScript.
//
// Markup: <form data-autosave-url="…" data-autosave-owner="user id"> holding
//   - _components/autosave.html (the words and the state line), and _components/autosave_retry.html,
//   - a block per question: <div data-question="KEY" data-version="3" [data-gated]> with its inputs and,
//     for the plain form, <input type="hidden" data-version-field …>.
// Optional anywhere: [data-progress-answered], [data-progress-total], progress[data-progress].
//
// Sends: owner, question, version and the block's inputs, urlencoded. One request at a time, so that answers
// arrive in the order they were given. Understands:
//   200 {saved_at, version, progress: {answered, total}, visible: [key]}
//   409 {question, yours, theirs, theirs_by, theirs_at, version}; values are text, a list, or {input name: value}
//   422 {errors: {input name: [message]}}
//   401 {other: true}: somebody else has signed in since; {over: true}: nobody can answer here any more
// What is not yet acknowledged stays in sessionStorage: a crash, a lost session or a full reload loses nothing.
// Needs answer_fields.js before it.
(() => {
  "use strict";

  const PAUSE = 1000; // ms after the last keystroke
  const WAITS = [2, 4, 8, 16, 30]; // seconds between attempts; the last one repeats

  const cookie = (name) =>
    document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

  const { Store, changed, inputs, read, write, pairsOf, words } = window.suretyAnswers;

  // While a button of the mouse is down nothing may move: it would be let go beside what it was
  // pressed on, and the click would be lost.
  let pressed = false;
  const afterwards = [];
  const released = () => {
    pressed = false;
    // The click comes after the release.
    window.setTimeout(() => { if (!pressed) for (const act of afterwards.splice(0)) act(); });
  };
  window.addEventListener("pointerdown", () => (pressed = true), true);
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, released, true);
  const atRest = (act) => (pressed ? afterwards.push(act) : act());

  class Autosave {
    constructor(form) {
      this.form = form;
      this.store = new Store(`${form.dataset.autosaveOwner || ""}:${form.dataset.autosaveUrl}`);
      this.waiting = new Set(); // questions to send
      this.blocked = new Set(); // questions that need the person: a conflict or a refused value
      this.timers = new Map();
      this.sending = null;
      this.failures = 0;
      this.closed = false;
      form.addEventListener("change", (event) => this.touched(event, 0));
      form.addEventListener("input", (event) => {
        if (event.target.matches("textarea, input:not([type=radio]):not([type=checkbox]):not([type=date])")) this.touched(event, PAUSE);
      });
      form.addEventListener("click", (event) => {
        if (event.target.closest("[data-save-retry]")) this.retryNow();
      });
      form.addEventListener("submit", (event) => this.submit(event));
      window.addEventListener("online", () => this.retryNow());
      // Back from another tab, where somebody may have come in again.
      window.addEventListener("focus", () => this.retryTimer && this.retryNow());
      window.addEventListener("beforeunload", (event) => {
        if (this.unsent() && !this.submitting) event.preventDefault();
      });
      this.restore();
      this.catchUp();
    }

    block(question) {
      return this.form.querySelector(`[data-question="${CSS.escape(question)}"]`);
    }
    unsent() {
      return this.waiting.size > 0 || this.blocked.size > 0 || this.sending !== null || this.timers.size > 0;
    }

    state(name, slots = {}) {
      const line = this.form.querySelector("[data-save-state]");
      if (!line) return;
      line.dataset.saveState = name;
      const text = line.querySelector("[data-save-text]");
      let message = text.dataset[name.replace(/-(.)/g, (_all, letter) => letter.toUpperCase())] || "";
      for (const [slot, value] of Object.entries(slots)) message = message.replace(`{${slot}}`, value);
      if (text.textContent !== message) text.textContent = message;
      line.querySelector('[data-save-icon="saved"]').hidden = name !== "saved";
      line.querySelector('[data-save-icon="failed"]').hidden = ["idle", "saving", "saved", "restored"].includes(name);
      const retry = this.form.querySelector("[data-save-retry]");
      if (retry) retry.hidden = !["failed", "signed-out", "other-person"].includes(name);
    }

    // What the line says once a save has gone well: "saved" only when nothing is left to save.
    rest(moment) {
      if (this.blocked.size) this.state(this.form.querySelector("[data-question] .conflict") ? "conflict" : "invalid");
      else if (this.waiting.size || this.timers.size) this.state("saving");
      else this.state("saved", { time: this.clock(moment) });
    }

    touched(event, pause) {
      const block = event.target.closest("[data-question]");
      if (!block || !this.form.contains(block) || this.closed || event.target.type === "file") return;
      const question = block.dataset.question;
      this.store.put(question, { version: block.dataset.version, pairs: read(block) });
      if (!this.retryTimer && !this.blocked.size) this.state("saving");
      window.clearTimeout(this.timers.get(question));
      this.timers.set(question, window.setTimeout(() => {
        this.timers.delete(question);
        this.queue(question);
      }, pause));
    }

    queue(question) {
      if (this.block(question)?.querySelector(".conflict")) return; // first the choice, then the next save
      this.blocked.delete(question);
      this.waiting.add(question);
      this.pump();
    }

    async pump() {
      if (this.sending || this.closed || this.retryTimer) return;
      const question = this.waiting.values().next().value;
      if (question === undefined) return;
      this.waiting.delete(question);
      const block = this.block(question);
      if (!block) {
        this.store.drop(question);
        this.pump();
        return;
      }
      const pairs = read(block);
      this.sending = question;
      this.state("saving");
      const outcome = await this.send(question, block.dataset.version, pairs);
      this.sending = null;
      this.settle(question, block, JSON.stringify(pairs), outcome);
      this.pump();
    }

    async send(question, version, pairs) {
      const body = new URLSearchParams([
        ["owner", this.form.dataset.autosaveOwner ?? ""],
        ["question", question],
        ["version", version ?? ""],
        ...pairs,
      ]);
      const token = cookie("__Host-csrftoken") || cookie("csrftoken") || this.form.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
      try {
        const response = await fetch(this.form.dataset.autosaveUrl, {
          method: "POST",
          body,
          headers: { "X-CSRFToken": token, Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
          signal: AbortSignal.timeout(20_000),
        });
        const isJson = (response.headers.get("Content-Type") || "").includes("json");
        // A redirect ends at the sign-in page: the session is over.
        if (response.redirected) return { kind: "signed-out" };
        if (response.status === 429 || response.status >= 500) return { kind: "failed" };
        const data = isJson ? await response.json() : null;
        // What one person typed goes out under no other name: it waits until they are back.
        if (response.status === 401 && data?.other) return { kind: "other-person" };
        // Over: no link opens these questions again, so trying again is of no use.
        if (response.status === 401) return { kind: data?.over ? "over" : "signed-out" };
        if (response.ok && data) return { kind: "saved", data };
        if (response.status === 409 && data?.question) return { kind: "conflict", data };
        if (response.status === 422 && data?.errors) return { kind: "invalid", data };
        // 403 without our JSON is the forgery check after signing in anew elsewhere: the next try has the new token.
        // With it, this person may change these answers no longer, and no next try will.
        return { kind: response.status === 403 && !data ? "signed-out" : "refused" };
      } catch {
        return { kind: "failed" };
      }
    }

    settle(question, block, sent, { kind, data }) {
      if (kind === "saved") return this.saved(question, block, sent, data);
      if (kind === "conflict") {
        this.blocked.add(question);
        return this.showConflict(question, block, data);
      }
      if (kind === "invalid") {
        this.blocked.add(question);
        this.showErrors(block, data.errors);
        return this.state("invalid");
      }
      this.waiting.add(question);
      if (kind === "refused" || kind === "over") {
        this.closed = true;
        return this.state(kind);
      }
      this.unreached = kind === "failed";
      const seconds = WAITS[Math.min(this.failures, WAITS.length - 1)];
      this.failures += 1;
      this.state(kind, { seconds });
      this.retryTimer = window.setTimeout(() => this.retryNow(), seconds * 1000);
    }

    retryNow() {
      window.clearTimeout(this.retryTimer);
      this.retryTimer = null;
      this.pump();
    }

    saved(question, block, sent, data) {
      this.failures = 0;
      this.unreached = false;
      this.blocked.delete(question);
      this.version(block, data.version);
      this.clearErrors(block);
      const now = read(block);
      if (JSON.stringify(now) === sent) this.store.drop(question);
      else {
        this.store.put(question, { version: block.dataset.version, pairs: now });
        if (!this.timers.has(question)) this.waiting.add(question);
      }
      this.progress(data.progress);
      atRest(() => this.show(data.visible));
      this.rest(data.saved_at);
      this.form.dispatchEvent(new CustomEvent("surety:saved", { bubbles: true, detail: { question, ...data } }));
    }

    clock(moment) {
      const time = moment ? new Date(moment) : new Date();
      return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(time);
    }

    version(block, version) {
      if (version === undefined || version === null) return;
      block.dataset.version = version;
      for (const input of block.querySelectorAll("input[data-version-field]")) input.value = version;
    }

    progress(progress) {
      if (!progress) return;
      for (const spot of document.querySelectorAll("[data-progress-answered]")) spot.textContent = progress.answered;
      for (const spot of document.querySelectorAll("[data-progress-total]")) spot.textContent = progress.total;
      for (const bar of document.querySelectorAll("progress[data-progress]")) {
        bar.max = Math.max(progress.total, 1);
        bar.value = progress.answered;
      }
    }

    show(visible) {
      if (!Array.isArray(visible)) return;
      const keys = new Set(visible);
      for (const block of this.form.querySelectorAll("[data-question][data-gated]")) block.hidden = !keys.has(block.dataset.question);
    }

    clearErrors(block) {
      for (const note of block.querySelectorAll("[data-autosave-error]")) note.remove();
      for (const input of inputs(block)) {
        input.classList.remove("is-invalid");
        input.removeAttribute("aria-invalid");
      }
    }

    showErrors(block, errors) {
      this.clearErrors(block);
      const template = this.form.querySelector("template[data-error-template]");
      for (const [name, messages] of Object.entries(errors)) {
        const note = template.content.firstElementChild.cloneNode(true);
        note.querySelector('[data-slot="message"]').textContent = [].concat(messages).join(" ");
        const own = inputs(block).filter((input) => input.name === name);
        for (const input of own) {
          input.classList.add("is-invalid");
          input.setAttribute("aria-invalid", "true");
        }
        const spot = own[0]?.closest(".choices, .input-group") || own[0];
        if (spot) spot.before(note);
        else block.prepend(note);
      }
    }

    showConflict(question, block, data) {
      block.querySelector(".conflict")?.remove();
      const template = this.form.querySelector("template[data-conflict-template]");
      const empty = this.form.querySelector("template[data-empty-template]").content.textContent;
      const panel = template.content.firstElementChild.cloneNode(true);
      const theirs = pairsOf(question, data.theirs);
      const sorted = (pairs) => JSON.stringify(pairs.map(([name, value]) => `${name}=${value}`).sort());
      if (sorted(theirs) === sorted(read(block))) {
        // Both say the same: nothing to choose, only to know the newer version.
        this.blocked.delete(question);
        this.version(block, data.version);
        this.store.drop(question);
        return this.rest(data.theirs_at);
      }
      const put = (slot, text) => (panel.querySelector(`[data-slot="${slot}"]`).textContent = text);
      put("yours", words(block, read(block)) || empty);
      put("theirs", words(block, theirs) || empty);
      put("by", data.theirs_by || "");
      put("at", this.clock(data.theirs_at));
      panel.addEventListener("click", (event) => {
        const choice = event.target.closest("[data-choose]")?.dataset.choose;
        if (!choice) return;
        panel.remove();
        this.blocked.delete(question);
        this.version(block, data.version);
        if (choice === "theirs") {
          write(block, theirs);
          this.store.drop(question);
          this.rest(data.theirs_at);
        } else {
          this.store.put(question, { version: data.version, pairs: read(block) });
          this.queue(question);
        }
        inputs(block)[0]?.focus();
      });
      block.append(panel);
      return this.state("conflict");
    }

    // The plain "Save" button: first let what is under way arrive, or the page would conflict with itself.
    async submit(event) {
      if (this.submitting || this.closed || !(this.sending || this.waiting.size || this.timers.size)) {
        this.submitting = true;
        return;
      }
      event.preventDefault();
      const { submitter } = event;
      for (const [question, timer] of this.timers) {
        window.clearTimeout(timer);
        this.timers.delete(question);
        this.blocked.delete(question);
        this.waiting.add(question);
      }
      this.retryNow();
      for (let i = 0; i < 100 && (this.sending || (this.waiting.size && !this.retryTimer)); i += 1) {
        await new Promise((resolve) => window.setTimeout(resolve, 50));
      }
      // A conflict or an error came up: the person decides first. Or there is no connection: the page
      // stays, with all that was typed, where the browser would show an error instead.
      if (this.blocked.size || this.unreached) return;
      this.submitting = true;
      this.form.requestSubmit(submitter?.form === this.form ? submitter : undefined);
    }

    // Answers given before this script was there, on a slow line.
    catchUp() {
      for (const block of this.form.querySelectorAll("[data-question]")) {
        const { question } = block.dataset;
        if (this.waiting.has(question) || this.sending === question || !changed(block)) continue;
        this.store.put(question, { version: block.dataset.version, pairs: read(block) });
        this.queue(question);
      }
    }

    restore() {
      let restored = false;
      for (const [question, entry] of Object.entries(this.store.all())) {
        const block = this.block(question);
        if (!block || JSON.stringify(read(block)) === JSON.stringify(entry.pairs)) {
          this.store.drop(question);
          continue;
        }
        write(block, entry.pairs);
        // With the version it was typed against: if the answer moved on meanwhile, the server says so.
        this.version(block, entry.version);
        this.waiting.add(question);
        restored = true;
      }
      if (!restored) return;
      this.state("restored");
      this.pump();
    }
  }

  // The page on which somebody chooses between two answers: <form data-autosave-decides="owner:url">
  // with a data-question per choice. What was typed has been decided on with it, and comes back no more;
  // until then it stays, for whoever goes back instead.
  const decide = (form) => form.addEventListener("submit", () => {
    const store = new Store(form.dataset.autosaveDecides);
    for (const one of form.querySelectorAll("[data-question]")) store.drop(one.dataset.question);
  });

  const started = new WeakSet();
  const start = (scope) => {
    const forms = Array.from(scope.querySelectorAll("form[data-autosave-url]"));
    if (scope.matches?.("form[data-autosave-url]")) forms.push(scope);
    for (const form of forms) {
      if (!started.has(form)) new Autosave(form);
      started.add(form);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    for (const form of document.querySelectorAll("form[data-autosave-decides]")) decide(form);
  });
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-autosave-url]")) window.location.reload(); // versions in a page from the Back button are old
  });
})();
