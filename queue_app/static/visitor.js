// The visitor's page. The server writes every text of it; when the ticket has changed the page is fetched and its middle put
// in place, so a phone without scripts and one with them read the same words.
import { call } from "./api.js";
import { follow } from "./live.js";
import { leaving } from "./visitor-leave.js";
import { sound } from "./visitor-sound.js";

const JITTER_MS = 1000; // four hundred phones hear of one call at once and must not all ask at once
const ASK_MS = 15000;
const OVER = new Set(["finished", "no_show", "cancelled", "expired"]);

export default function visitor(main) {
  const token = main.dataset.token;
  const chime = sound(main);
  let known = null;
  let timer = null;

  async function ask() {
    timer = null;
    const ticket = await call("GET", `/tickets/${token}`);
    const now = JSON.stringify([ticket.state, ticket.counter, ticket.called_at, ticket.service, ticket.ahead, ticket.forecast, ticket.print]);
    if (now === known) return;
    await redraw();
    known = now;
  }

  async function redraw() {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const turn = main.querySelector('[data-part="turn"]');
    const fresh = page.querySelector('[data-part="turn"]');
    if (fresh.outerHTML !== turn.outerHTML) {
      turn.replaceWith(fresh);
      document.title = page.title;
    }
    if (fresh.dataset.state !== "waiting") main.querySelector('[data-part="leave"]')?.remove();
    else if (!main.querySelector('[data-part="leave"]')) location.reload(); // given back to the queue
    if (OVER.has(fresh.dataset.state)) chime.hide();
    if (fresh.dataset.state === "called" && fresh.dataset.calledAt !== turn.dataset.calledAt) alarm();
  }

  function alarm() {
    navigator.vibrate?.([400, 200, 400, 200, 400]);
    chime.ring();
    scrollTo({ top: 0 });
  }

  const failed = () => {}; // live.js says that the line is cut; the next round asks again
  const soon = () => { timer ??= setTimeout(() => ask().catch(failed), Math.random() * JITTER_MS); };

  leaving(main, token, () => ask().catch(failed));
  follow({ channel: "ticket", token }, {
    unordered: true,
    snapshot: soon,
    event: soon,
    poll: async (revision) => {
      await ask();
      return { revision, events: [] };
    },
  });
  setInterval(soon, ASK_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  main.dataset.ready = "yes";
}
