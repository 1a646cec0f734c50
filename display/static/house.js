// What a screen on a wall needs beside the board: a clock, no sleep, no cursor, and a session that does not run out.
import { clock } from "/static/words.js";

const RENEW_MS = 3600 * 1000; // the device's cookie lasts for hours; a screen hangs there for months
const CURSOR_MS = 3000;
const LOOK_MS = 1000;
const ASLEEP_MS = 15000; // no busy machine holds a timer up for so long

// say: how a moment is written; the time of the day unless told otherwise.
export function tellTime(element, ahead, say = clock) {
  const tell = () => {
    const now = say(new Date(Date.now() + ahead()));
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

// Calls back when the whole player has slept: by either clock, for one of them may have slept, too. (Timers of a hidden page are slow.)
export function whenWoken(woken) {
  const clocks = () => [Date.now(), performance.now()];
  let before = clocks();
  setInterval(() => {
    const now = clocks();
    if (document.visibilityState === "visible" && now.some((moment, index) => moment - before[index] > ASLEEP_MS)) woken();
    before = now;
  }, LOOK_MS);
}

// Asking for the page renews the cookie, without a reload that would lose the permission to sound. refused: whoever was let in is not any more.
export function keepLetIn(refused) {
  setInterval(async () => {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 401 || answer?.status === 403) refused();
  }, RENEW_MS);
}

export function hideCursor(root) {
  let timer = null;
  root.addEventListener("pointermove", () => {
    root.classList.add("cursor");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.remove("cursor"), CURSOR_MS);
  });
}
