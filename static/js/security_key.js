// What people read when a key did not answer, or when their browser knows no keys.
"use strict";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.querySelector("[data-key-trouble]");
  if (trouble) trouble.hidden = false;
});

if (!window.PublicKeyCredential) {
  const note = document.querySelector("[data-no-keys]");
  if (note) note.hidden = false;
}
