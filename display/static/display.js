// The lobby screen: follows the board, gives every call its turn, and tells the server what was seen and heard.
import { call, requestId } from "/static/api.js";
import { follow as followLine } from "/static/live.js";
import { makeAcks } from "./acks.js";
import { makeAnnouncer } from "./announcer.js";
import { follow, install } from "./board.js";
import { makeChime } from "./chime.js";
import { hideCursor, keepAwake, keepLetIn, reloadWhenPossible, tellTime } from "./house.js";
import { makeScreen } from "./screen.js";
import { Turns } from "./turns.js";

const ANNOUNCED_SECONDS = 60; // an older call has been answered, or its visitor has asked

export default function display(root) {
  const branch = root.dataset.branch;
  const screenId = (sessionStorage.screen ??= requestId());
  const acknowledge = makeAcks(branch, screenId);
  const screen = makeScreen(root);
  const announce = makeAnnouncer(
    [makeChime(root.querySelector('[data-part="sound"]'))],
    (heard) => acknowledge(heard.call_id, { spoken: true }),
  );
  const acknowledged = new Set();
  let board = null;
  let lastCall = 0; // the newest call that has had its turn, or was too old for one
  let ahead = 0; // ms by which the server's clock is ahead of this one
  let large = { call: null, fresh: false };

  const turns = new Turns({ announce, show: (shown, fresh) => { large = { call: shown, fresh }; draw(); } });

  function draw() {
    screen.draw(board, { ...large, pending: turns.pending });
    // Two frames later it has been painted; a page in the background paints nothing, and so acknowledges nothing.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const id of screen.visible()) if (!acknowledged.has(id)) { acknowledged.add(id); acknowledge(id, { shown: true }); }
      while (acknowledged.size > 200) acknowledged.delete(acknowledged.values().next().value);
    }));
  }

  function take(next) {
    board = next;
    root.board = board; // for tests and the curious
    const oldest = Date.now() + ahead - ANNOUNCED_SECONDS * 1000;
    const fresh = board.calls.filter((made) => made.call_id > lastCall && made.state !== "transferred" && Date.parse(made.called_at) >= oldest).reverse();
    lastCall = Math.max(lastCall, ...board.calls.map((made) => made.call_id));
    turns.follow(board.calls, fresh);
  }

  function snapshot(sent) {
    ahead = Date.parse(sent.server_time) - Date.now();
    // A branch whose revisions begin anew is another record: what was announced of the old one says nothing.
    if (board && sent.revision < board.revision) lastCall = 0;
    take(install(sent));
  }

  function event(message) {
    take(follow(board, message));
    if (message.kind === "settings_changed") reloadWhenPossible();
    if (message.kind === "notice_changed") call("GET", `/branches/${branch}/board`).then(({ notice }) => { board = { ...board, notice }; draw(); }, () => {});
  }

  snapshot(JSON.parse(document.getElementById("board").textContent));
  followLine(
    { channel: "board", branch, screen: screenId },
    { snapshot, event, poll: (since) => call("GET", `/branches/${branch}/board?since=${since ?? 0}`), refused: reloadWhenPossible },
  );
  new ResizeObserver(draw).observe(root.querySelector(".last"));
  document.addEventListener("visibilitychange", draw);
  document.fonts.ready.then(screen.fit);
  tellTime(root.querySelector('[data-part="clock"]'), () => ahead);
  keepAwake();
  keepLetIn();
  hideCursor(root);
}
