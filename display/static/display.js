// The lobby screen: follows the board, gives every call its turn, and tells the server what was seen and heard.
import { call, requestId } from "/static/api.js";
import { follow as followLine } from "/static/live.js";
import { makeAcks } from "./acks.js";
import { makeAnnouncer } from "./announcer.js";
import { callsAfter, follow, install } from "./board.js";
import { startCare } from "./care.js";
import { makeChime } from "./chime.js";
import { day } from "./dates.js";
import { facts } from "./facts.js";
import { startHeartbeat } from "./heartbeat.js";
import { hideCursor, keepAwake, keepLetIn, tellTime, whenWoken } from "./house.js";
import { startMedia } from "./media.js";
import { makeReloads, reloadNightly } from "./reloads.js";
import { makeScreen } from "./screen.js";
import { makeServerClock } from "./server_clock.js";
import { keepShell } from "./shell.js";
import { makeSpeech } from "./speech.js";
import { Turns } from "./turns.js";
import { startWatchdog } from "./watchdog.js";
import { inZone } from "./zone.js";

const ANNOUNCED_MS = 60000; // an older call has been answered, or its visitor has asked
const MOST_STANDING = 100; // calls that may wait for their turn; a board has only the newest

export default function display(root) {
  const branch = root.dataset.branch;
  const layout = facts.layout;
  const screenId = (sessionStorage.screen ??= requestId());
  const clock = makeServerClock();
  const { acknowledge, retry } = makeAcks(branch, screenId);
  const screen = makeScreen(root, layout);
  const speech = makeSpeech({ branch, layout, languages: facts.languages, texts: facts.said, now: () => new Date(clock.now()) });
  const chime = makeChime(root.querySelector('[data-part="sound"]'), layout.sound.chime || layout.sound.speech);
  const announce = makeAnnouncer({
    sound: layout.sound, chime, speech, waiting: () => turns.pending,
    heard: (made) => acknowledge(made.call_id, { spoken: true }),
  });
  const acknowledged = new Set();
  let board = install(JSON.parse(document.getElementById("board").textContent));
  let standing = board.calls; // every call that has not been taken down, also those that a board has no room for
  let lastCall = 0; // the newest call that has had its turn, or was too old for one
  let frame = null; // asked for, where there is something new to draw
  let large = { call: null, fresh: false };

  clock.set(facts.hours.now);
  const turns = new Turns({ announce, seconds: layout.turn_seconds, show: (shown, fresh) => { large = { call: shown, fresh }; draw(); } });
  const reloads = makeReloads(() => turns.calm);
  const watchdog = startWatchdog(reloads.toMend);

  // What happens within one frame is one picture. The frame after it, it has been painted; a page in the background paints nothing,
  // and so acknowledges nothing.
  function draw() {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      screen.draw({ ...board, calls: standing }, { ...large, pending: turns.pending });
      requestAnimationFrame(painted);
    });
  }

  function painted() {
    for (const id of screen.visible((call) => !acknowledged.has(call))) tell(id);
    while (acknowledged.size > 200) acknowledged.delete(acknowledged.values().next().value);
  }

  function tell(id) {
    acknowledged.add(id);
    const mark = `call-painted-${id}`;
    performance.mark(mark); // for whoever measures
    performance.clearMarks(mark); // an observer has it all the same; kept, marks would only grow
    acknowledge(id, { shown: true });
  }

  function take() {
    root.board = board; // for tests and the curious
    const mine = standing.filter((made) => inZone(layout, made));
    const oldest = clock.now() - ANNOUNCED_MS;
    const fresh = mine.filter((made) => made.call_id > lastCall && made.state !== "transferred" && Date.parse(made.called_at) >= oldest).reverse();
    lastCall = Math.max(lastCall, ...standing.map((made) => made.call_id));
    turns.follow(mine, fresh);
    heartbeat.changed();
  }

  function snapshot(sent) {
    // A branch whose revisions begin anew is another record: what was announced of the old one says nothing.
    if (sent.revision < board.revision) lastCall = 0;
    board = install(sent);
    standing = board.calls;
    take();
  }

  function event(message) {
    clock.atLeast(message.at);
    board = follow(board, message);
    standing = callsAfter(standing, message, MOST_STANDING);
    take();
    if (message.kind === "settings_changed") reloads.whenCalm();
    if (message.kind === "notice_changed") call("GET", `/branches/${branch}/board`).then(({ notice }) => { board = { ...board, notice }; draw(); }, () => {});
  }

  const line = followLine(
    { channel: "board", branch, screen: screenId, revision: board.revision },
    {
      snapshot, event,
      poll: (since) => call("GET", `/branches/${branch}/board${since === null ? "" : `?since=${since}`}`),
      connected() { heartbeat.beat(); retry(); },
      time: clock.set, now: () => new Date(clock.now()),
      layout: reloads.whenCalm, reload: reloads.whenCalm, refused: reloads.now,
    },
  );
  const started = new Date(clock.now()).toISOString();
  const heartbeat = startHeartbeat(line, () => ({
    revision: board.revision, visible: watchdog.painted(), sound: speech.state(), page_started_at: started,
    width: innerWidth, height: innerHeight,
  }), { time: clock.set, stuck: reloads.toMend });
  take();

  new ResizeObserver(draw).observe(root.querySelector('[data-part="view"]'));
  document.addEventListener("visibilitychange", draw);
  document.fonts.addEventListener("loadingdone", screen.refit);
  tellTime(root.querySelector('[data-part="clock"]'), () => clock.now() - Date.now());
  tellTime(root.querySelector('[data-part="date"]'), () => clock.now() - Date.now(), day);
  whenWoken(() => { turns.rest(); line.renew(); });
  if (layout.care.reload) reloadNightly(clock.now, () => board.counters.some(({ state }) => state !== "closed"), reloads);
  startMedia(root, layout, draw);
  startCare(root, layout, facts.hours);
  keepAwake();
  keepLetIn(reloads.now);
  keepShell(branch);
  hideCursor(root);
}
