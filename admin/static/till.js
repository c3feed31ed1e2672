// Big keys under the amount; without this file the field alone does.
"use strict";
for (const form of document.querySelectorAll("form[data-keys]")) {
  const field = form.querySelector("input[inputmode]");
  const keys = form.querySelector(".keys");
  keys.hidden = false;
  // The keys are on the page: a phone need not cover it with its own.
  if (matchMedia("(pointer: coarse)").matches) field.inputMode = "none";
  keys.addEventListener("click", (event) => {
    const sign = event.target.dataset.sign;
    if (!sign) return;
    const now = field.value;
    if (sign === "back") field.value = now.slice(0, -1);
    else if (sign !== ",") field.value = /[.,]\d\d$/.test(now) ? now : (now === "0" ? "" : now) + sign;
    else if (!/[.,]/.test(now)) field.value = (now || "0") + sign;
  });
  // A second press while the first is on its way would be harmless, and confusing.
  form.addEventListener("submit", () => { form.querySelector("[type=submit]").disabled = true; });
}
// Coming back by the browser's own button: the press is over.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[type=submit]")) button.disabled = false;
});
