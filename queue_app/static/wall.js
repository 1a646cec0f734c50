// The manager's wall: looks again whenever something happens and every few seconds, and says when it cannot.
import { follow } from "./live.js";
import { clock, text } from "./words.js";

const LOOK_MS = 5000; // minutes go on, also while nothing happens
const SOON_MS = 1000; // at most one look in so long, however much happens

export default function wall(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const pieces = (within) => within.querySelectorAll("[data-piece]");
  const written = new Map([...pieces(part("now"))].map((piece) => [piece.dataset.piece, piece.innerHTML]));
  let looking = null;
  let lookedAt = 0;

  // A piece that stayed as it was is left alone: a reader's place and a selection stay, and an alarm is told once.
  function show(markup) {
    const fresh = new DOMParser().parseFromString(markup, "text/html");
    for (const piece of pieces(part("now"))) {
      const { innerHTML } = fresh.querySelector(`[data-piece="${piece.dataset.piece}"]`);
      if (innerHTML === written.get(piece.dataset.piece)) continue;
      written.set(piece.dataset.piece, innerHTML);
      const link = piece.contains(document.activeElement) && document.activeElement.getAttribute("href");
      piece.innerHTML = innerHTML;
      if (link) piece.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true }); // whoever is there by keyboard stays
    }
    part("as-of").textContent = text("as_of", { time: clock(new Date()) });
    part("error").textContent = "";
  }

  async function look() {
    lookedAt = Date.now();
    try {
      const answer = await fetch(root.dataset.now, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (answer.status === 401 || answer.type === "opaqueredirect") return void location.reload(); // signed out: the page says so
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.text());
    } catch {
      part("error").textContent = text("not_loaded");
    }
  }

  function lookSoon() {
    looking ??= setTimeout(() => {
      look().finally(() => { looking = null; });
    }, Math.max(0, lookedAt + SOON_MS - Date.now()));
  }

  part("as-of").textContent = text("as_of", { time: clock(new Date()) });
  setInterval(() => { if (!document.hidden) lookSoon(); }, LOOK_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookSoon(); });
  if ("live" in root.dataset) {
    follow({ channel: "desk", branch: root.dataset.branch }, {
      unordered: true,
      snapshot: lookSoon,
      connected: lookSoon,
      event: lookSoon,
      poll: async (since) => ({ revision: since, events: [] }),
    });
  }
}
