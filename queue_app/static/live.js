// The only user of the socket. Commands travel by HTTP (api.js); the socket only pushes.
//
// A page subscribes once; whenever the socket comes back it says which revision it has and is sent what it missed.
// While the socket is down the page polls, and after RIBBON_MS it says so, keeping the last known numbers.
import { io } from "./vendor/socket.io-4.8.4.esm.min.js";
import { clock, text } from "./words.js";

const RIBBON_MS = 5000; // a shorter break is nobody's business
const POLL_MS = 3000; // how often a page without a socket asks, and how soon it asks again for what it could not get
const GAP_MS = 400; // how long a missing revision may still be on its way before it is fetched
const ANSWER_MS = 8000; // a server that does not answer for so long is not there

const TAKEN_BACK = "action_undone"; // nothing can be drawn from it: what stood there before only the record knows
const NEWS = ["delivery", "printer", "layout", "reload"]; // messages that a page may want beside the events

// wish: {channel, branch?, token?, screen?, revision?: what the page has already}
// page: {snapshot(board), event(message), poll(revision) -> promise of {revision, events} or a snapshot (null: a snapshot is wanted),
//        connected() after every (re)connect, refused(error), delivery(message), printer(message), layout(message), reload(message),
//        time(iso): the server's time, now() -> Date by which the ribbon tells how old the numbers are,
//        unordered: true where every event is only a hint to fetch}
export function follow(wish, page) {
  let revision = wish.revision ?? null;
  let waiting = [];
  let gapTimer = null;
  let pollTimer = null;
  let fetching = null;
  let whole = false; // whether what is known counts no longer, and a snapshot is wanted
  const now = () => page.now?.() ?? new Date();
  let lastHeard = now();
  const ribbon = makeRibbon(() => lastHeard);
  const socket = io({ transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 0.5, timeout: ANSWER_MS });

  // asked: the revision that was known when the question was put.
  function take(answer, asked) {
    const board = answer.snapshot ?? answer;
    if (board.server_time ?? answer.server_time) page.time?.(board.server_time ?? answer.server_time);
    lastHeard = now();
    if (answer.events) answer.events.forEach(accept);
    else install(board, answer.revision ?? board.revision, asked);
    settle();
  }

  function install(board, sent, asked) {
    // Overtaken on its way. Only one that is behind what was known when it was asked for is of another record, and counts.
    if (!page.unordered && revision !== null && sent < revision && sent >= asked) return;
    waiting = sent < revision ? [] : waiting.filter((message) => message.revision > sent);
    revision = sent;
    whole = false;
    page.snapshot(board);
  }

  function accept(message) {
    if (revision === null || message.revision > revision) waiting.push(message);
  }

  // Apply what follows on without a gap; what lies behind a gap waits a moment, then everything missing is fetched.
  function settle() {
    waiting.sort((a, b) => a.revision - b.revision);
    while (waiting.length && revision !== null && waiting[0].revision <= revision + 1) {
      if (waiting[0].revision === revision + 1 && waiting[0].kind === TAKEN_BACK) break;
      const message = waiting.shift();
      if (message.revision <= revision) continue;
      revision = message.revision;
      page.event(message);
    }
    const soon = waiting[0]?.kind === TAKEN_BACK ? 0 : GAP_MS;
    clearTimeout(gapTimer);
    if (waiting.length) gapTimer = setTimeout(fetchMissing, soon);
  }

  // One question at a time: answers that overtake each other would be of no use.
  function fetchMissing() {
    fetching ??= fetchOnce().finally(() => { fetching = null; });
    return fetching;
  }

  async function fetchOnce() {
    const asked = revision;
    try {
      take(await page.poll(whole ? null : asked), asked);
      return true;
    } catch {
      clearTimeout(gapTimer);
      if (waiting.length) gapTimer = setTimeout(fetchMissing, POLL_MS);
      return false;
    }
  }

  // The answer to a message; null where there was none.
  async function ask(name, message) {
    if (!socket.connected) return null;
    return socket.timeout(ANSWER_MS).emitWithAck(name, message).catch(() => null);
  }

  async function subscribe() {
    const connection = socket.id;
    const asked = revision;
    const answer = await ask("subscribe", { ...wish, revision: whole ? null : revision });
    if (socket.id !== connection) return;
    if (!answer?.ok && (answer?.error.code ?? "internal_error") !== "internal_error") return void page.refused?.(answer.error);
    if (!answer?.ok) return void setTimeout(() => { if (socket.id === connection) renew(); }, POLL_MS);
    stopPolling();
    ribbon.hide();
    document.documentElement.dataset.live = "yes";
    take(answer, asked);
    page.connected?.();
  }

  function renew() {
    socket.disconnect().connect();
  }

  function startPolling() {
    pollTimer ??= setInterval(async () => { if (await fetchMissing()) ribbon.hide(); }, POLL_MS);
  }

  function stopPolling() {
    clearInterval(pollTimer);
    pollTimer = null;
  }

  function lost() {
    document.documentElement.dataset.live = "no";
    ribbon.showSoon();
    startPolling();
  }

  socket.on("connect", subscribe);
  socket.on("disconnect", (reason) => {
    lost();
    if (reason === "io server disconnect") socket.connect(); // the server went down in good order; it will be back
  });
  socket.on("connect_error", lost);
  socket.on("event", (message) => {
    lastHeard = now();
    if (page.unordered) {
      if (!(message.revision < revision)) revision = message.revision;
      page.event(message);
      return;
    }
    accept(message);
    settle();
  });
  for (const name of NEWS) socket.on(name, (message) => page[name]?.(message));
  return {
    get revision() { return revision; },
    ask,
    // A whole snapshot, whatever is known; what is being asked for just now may be another answer.
    refresh() {
      whole = true;
      fetchMissing().then(() => { if (whole) fetchMissing(); });
    },
    renew() { whole = true; renew(); }, // likewise by a new connection: this one may be dead without anybody having noticed
    stop() {
      socket.off();
      socket.disconnect();
      stopPolling();
      clearTimeout(gapTimer);
      ribbon.remove();
    },
  };
}

function makeRibbon(lastHeard) {
  const element = document.createElement("div");
  element.className = "ribbon";
  element.setAttribute("role", "status");
  element.hidden = true;
  document.body.append(element);
  let timer = null;
  return {
    showSoon() {
      timer ??= setTimeout(() => {
        element.textContent = text("reconnecting", { time: clock(lastHeard()) });
        element.hidden = false;
      }, RIBBON_MS);
    },
    hide() {
      clearTimeout(timer);
      timer = null;
      element.hidden = true;
    },
    remove() {
      clearTimeout(timer);
      element.remove();
    },
  };
}
