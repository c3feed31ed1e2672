// A file may be dropped anywhere on its form, and a large one takes a moment: say so.
"use strict";
for (const form of document.querySelectorAll("form[data-drop]")) {
  const field = form.querySelector("[type=file]");
  const over = (yes) => form.classList.toggle("over", yes);
  form.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", () => {
    form.querySelector("[type=submit]").disabled = true;
    form.querySelector("[data-busy]").hidden = false;
  });
}
