// The only user of the socket. Commands travel by HTTP (api.js); the socket only pushes.
//
// A page subscribes once; whenever the socket comes back it says which revision it has and is sent what it missed.
// While the socket is down the page polls, and after RIBBON_MS it says so, keeping the last known numbers.
import { io } from "./vendor/socket.io-4.8.4.esm.min.js";
import { clock, text } from "./words.js";

const RIBBON_MS = 5000; // a shorter break is nobody's business
const POLL_MS = 3000; // how often a page without a socket asks
const GAP_MS = 400; // how long a missing revision may still be on its way before it is fetched

const TAKEN_BACK = "action_undone"; // nothing can be drawn from it: what stood there before only the record knows

// wish: {channel, branch?, token?, screen?}
// page: {snapshot(board), event(message), poll(revision) -> promise of {revision, events} or a snapshot,
//        connected() after every (re)connect, refused(error), delivery(message), printer(message), unordered: true where every event is only a
//        hint to fetch}
export function follow(wish, page) {
  let revision = null;
  let waiting = [];
  let gapTimer = null;
  let pollTimer = null;
  let lastHeard = new Date();
  const ribbon = makeRibbon(() => lastHeard);
  const socket = io({ transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 0.5 });

  function heard() {
    lastHeard = new Date();
  }

  function take(answer) {
    heard();
    if (answer.events) {
      answer.events.forEach(accept);
      settle();
    } else {
      const board = answer.snapshot ?? answer;
      revision = answer.revision ?? board.revision;
      waiting = waiting.filter((message) => message.revision > revision);
      page.snapshot(board);
      settle();
    }
  }

  function accept(message) {
    if (revision === null || message.revision > revision) waiting.push(message);
  }

  // Apply what follows on without a gap; what lies behind a gap waits a moment, then everything missing is fetched.
  function settle() {
    waiting.sort((a, b) => a.revision - b.revision);
    while (waiting.length && revision !== null && waiting[0].revision <= revision + 1) {
      const message = waiting.shift();
      if (message.kind === TAKEN_BACK && message.revision === revision + 1) return void fetchMissing();
      if (message.revision === revision + 1) {
        revision = message.revision;
        page.event(message);
      }
    }
    clearTimeout(gapTimer);
    if (waiting.length) gapTimer = setTimeout(fetchMissing, GAP_MS);
  }

  async function fetchMissing() {
    try {
      take(await page.poll(revision));
      return true;
    } catch {
      return false; // the next poll or connect tries again
    }
  }

  function subscribe() {
    socket.emit("subscribe", { ...wish, revision }, (answer) => {
      if (!answer.ok) return page.refused?.(answer.error);
      stopPolling();
      ribbon.hide();
      document.documentElement.dataset.live = "yes";
      take(answer);
      page.connected?.();
    });
  }

  function startPolling() {
    if (pollTimer === null) pollTimer = setInterval(async () => { if (await fetchMissing()) ribbon.hide(); }, POLL_MS);
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
    heard();
    if (page.unordered) {
      if (!(message.revision < revision)) revision = message.revision;
      page.event(message);
      return;
    }
    accept(message);
    settle();
  });
  socket.on("delivery", (message) => page.delivery?.(message));
  socket.on("printer", (message) => page.printer?.(message));
  return {
    get revision() { return revision; },
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
