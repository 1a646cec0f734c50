// Keeps what is known of the branch fresh: who waits, how long, what is open. The socket only says that something moved;
// the figures themselves are fetched, at most once in REST_MS however much moves, and every FETCH_MS whatever happens.
import { call } from "/static/api.js";
import { follow } from "/static/live.js";
import { openPage } from "./pages.js";

const REST_MS = 2000;
const FETCH_MS = 30000;
const FAR_MS = 3600000;
const TURN_MS = 300; // after the turn itself, not a moment before it by the server's clock
const SETTLED_MS = 5000; // a page younger than this is not made anew, so that nothing can make it reload for ever

export function keepFigures(main, stage, draw) {
  let branch = JSON.parse(document.getElementById("branch").textContent);
  const drawnWith = fixed(branch);
  let lastFetch = 0;
  let timer = null;
  let turn = null;
  const path = `/branches/${main.dataset.branch}`;

  async function fetchNow() {
    timer = null;
    lastFetch = Date.now();
    const found = await call("GET", path);
    branch = found;
    // Names, languages, notices, hours are written by the server: if they have changed, the page is made anew.
    if (fixed(found) !== drawnWith && stage.current !== "number" && performance.now() > SETTLED_MS) openPage(location.href);
    draw(found);
    atTurn(found);
  }

  // A break that begins, a service that closes: looked at in the moment it happens, not at the next round.
  function atTurn(known) {
    clearTimeout(turn);
    const at = Date.parse(known.server_time);
    const turns = [known, ...known.services].flatMap(({ closes_at, opens_at }) => [closes_at, opens_at]).map((iso) => Date.parse(iso) - at);
    const next = Math.min(...turns.filter((wait) => wait > 0));
    if (next < FAR_MS) turn = setTimeout(refresh, next + TURN_MS);
  }

  function refresh() {
    timer ??= setTimeout(() => fetchNow().catch(refused), Math.max(0, lastFetch + REST_MS - Date.now()));
  }

  function refused(error) {
    // The session is over (the kiosk ran through the night): the page itself begins a new one.
    if ((error.status === 401 || error.code === "not_signed_in") && stage.current !== "number") openPage(location.href);
  }

  follow({ channel: "board", branch: main.dataset.branch, screen: false }, {
    unordered: true,
    snapshot: refresh,
    event: refresh,
    printer: refresh,
    connected: refresh,
    refused,
    poll: async (revision) => {
      await fetchNow();
      return { revision, events: [] };
    },
  });
  setInterval(refresh, FETCH_MS);
  atTurn(branch);
  return { refresh, get branch() { return branch; } };
}

function fixed(branch) {
  const { name, languages, opening_hours, notice, other_channels, menu, services } = branch;
  return sorted([name, languages, opening_hours, notice, other_channels, menu, services.map((one) => [one.id, one.letter, one.name, one.bring])]);
}

// JSON with every object's keys in order: the page and the API need not write them in the same one.
function sorted(value) {
  return JSON.stringify(value, (_, part) => (part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part));
}
