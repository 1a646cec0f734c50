// What a screen on a wall needs beside the board: a clock, no sleep, no cursor, and a session that does not run out.
import { clock } from "/static/words.js";

const RENEW_MS = 3600 * 1000; // the device's cookie lasts for hours; a screen hangs there for months
const CURSOR_MS = 3000;
const RELOAD_MS = 10000;

export function tellTime(element, ahead) {
  const tell = () => {
    const now = clock(new Date(Date.now() + ahead()));
    if (element.textContent !== now) element.textContent = now;
  };
  tell();
  setInterval(tell, 1000);
}

// A browser lets go of the wake lock whenever the page is hidden; it is asked for again when it is seen.
export function keepAwake() {
  const ask = () => { if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", ask);
  ask();
}

// Asking for the page renews the cookie, without a reload that would lose the permission to sound.
export function keepLetIn() {
  setInterval(() => fetch(location.href, { cache: "no-store" }).catch(() => {}), RENEW_MS);
}

// Loads the page anew once the server gives it: a screen must never end on the browser's own error page.
export function reloadWhenPossible() {
  setTimeout(async () => {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
    else reloadWhenPossible();
  }, RELOAD_MS);
}

export function hideCursor(root) {
  let timer = null;
  root.addEventListener("pointermove", () => {
    root.classList.add("cursor");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.remove("cursor"), CURSOR_MS);
  });
}
