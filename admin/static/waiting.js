// Tells a till's screen what became of its request. It never guesses: the page is asked for anew.
"use strict";
const waiting = document.querySelector("[data-events]");
if (waiting) {
  const show = (name, yes) => { waiting.querySelector(`[data-${name}]`).hidden = !yes; };
  const look = () => location.replace(location.pathname + location.search);
  const source = new EventSource(waiting.dataset.events);
  for (const state of ["paid", "expired", "cancelled"]) {
    source.addEventListener(state, () => { source.close(); look(); });
  }
  source.addEventListener("open", () => show("unknown", false));
  source.addEventListener("error", () => show("unknown", navigator.onLine));
  const gone = () => { show("offline", true); show("unknown", false); };
  addEventListener("offline", gone);
  if (!navigator.onLine) gone();
  addEventListener("online", () => { show("offline", false); look(); });
  // Leaving the page must free its connection, browsers allow only six of them.
  addEventListener("pagehide", () => source.close());
}
