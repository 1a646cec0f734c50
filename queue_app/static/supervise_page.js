// The supervisor's view: every counter and queue as it stands, and what may be done about it. This file keeps what is known; others draw it.
import { call } from "./api.js";
import { follow } from "./live.js";
import { pick, text } from "./words.js";
import { makeDialog } from "./printers_dialogs.js";
import { makeActs } from "./supervise_acts.js";
import { makeCounters } from "./supervise_counters.js";
import { makeMove } from "./supervise_move.js";
import { makePeople } from "./supervise_people.js";
import { makeQueues } from "./supervise_queues.js";
import { minutes, put } from "./supervise_rows.js";
import { makeSay } from "./supervise_say.js";
import { makeMessage, makeNotice } from "./supervise_tell.js";
import { makeWarnings } from "./supervise_warnings.js";

const REFRESH_MS = 1000; // at most one look in so long, however much happens
const SOON_MS = 50; // what happens together is looked at together
const POLL_MS = 10000; // minutes go on, also while nothing happens
const CALLING = new Set(["open", "wrap_up"]); // states of a counter to which people are called
const SETTINGS = new Set(["settings_changed", "notice_changed"]);

export default function supervise(root) {
  const path = `/branches/${root.dataset.branch}`;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const dialog = (name) => makeDialog(root.querySelector(`[data-dialog="${name}"]`));
  const state = {
    queue: null, facts: factsOf(document), people: [], ahead: 0,
    screensPage: root.dataset.screens,
    wallPage: root.dataset.wall,
    serverNow: () => Date.now() + state.ahead,
    service: (slug) => state.facts.services.find((service) => service.slug === slug),
    nameOf: (slug) => state.service(slug)?.name ?? slug,
    limitOf: (slug) => state.service(slug)?.longest_wait_minutes ?? state.facts.longest_wait_minutes ?? Infinity,
  };
  const whole = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined });

  const { say, refused, failed, succeeded } = makeSay(root);
  const done = async (words) => {
    await refresh().catch(() => {});
    say(words);
  };

  const { turnIntake, changeProfile } = makeActs(dialog("sure"), state, { path, say, refused, done });
  const acts = makeMove({ move: dialog("move"), cancel: dialog("cancel") }, state, { path, done });
  const people = makePeople(root, state, acts);
  const drawQueues = makeQueues(part("queues"), state, turnIntake);
  const drawCounters = makeCounters(part("counters"), state, changeProfile);
  const drawWarnings = makeWarnings(part("warnings"), state, people.only);
  const doors = {
    message: makeMessage(dialog("message"), { path, say }),
    notice: makeNotice(dialog("notice"), state, { path, say, refresh: readSettings }),
  };
  root.addEventListener("click", (event) => doors[event.target.closest("[data-do]")?.dataset.do]?.());

  function draw() {
    const { services, counters, server_time: time } = state.queue;
    put(part("as-of"), text("as_of", { time: whole.format(new Date(time)) }));
    put(part("total"), String(services.reduce((sum, service) => sum + service.waiting, 0)));
    put(part("longest"), text("minutes", { minutes: minutes(Math.max(0, ...services.map((service) => service.longest_seconds ?? 0))) }));
    put(part("over"), String(services.reduce((sum, service) => sum + service.over_target, 0)));
    put(part("open"), text("part_of", { part: counters.filter((counter) => CALLING.has(counter.state)).length, all: counters.length }));
    drawQueues();
    drawCounters();
    people.show();
    drawWarnings();
    succeeded();
    root.dataset.view = "live";
  }

  // One look at a time, and the newest wins: an answer that was overtaken on its way is dropped.
  let looks = 0;
  let lookedAt = 0;
  async function refresh() {
    const look = ++looks;
    lookedAt = Date.now();
    const queue = await call("GET", `${path}/queue`);
    if (look !== looks) return;
    state.queue = queue;
    state.ahead = Date.parse(queue.server_time) - Date.now();
    draw();
  }

  function drawNotice() {
    const shown = pick(state.facts.notice);
    part("notice-now").hidden = !shown;
    put(part("notice-now"), shown ? text("notice_now", { notice: shown }) : "");
  }

  // The settings are written into the page by the server; where they have changed, they are read from there again.
  async function readSettings() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.getElementById("facts")) state.facts = factsOf(page);
    drawNotice();
  }

  // Every desk knows who works in the branch.
  async function readPeople() {
    const [counter] = state.facts.counters;
    if (counter) state.people = (await call("GET", `/counters/${counter}/desk`)).people;
  }

  let timer = null;
  function refreshSoon() {
    timer ??= setTimeout(() => {
      timer = null;
      refresh().catch(failed);
    }, Math.max(SOON_MS, lookedAt + REFRESH_MS - Date.now()));
  }

  const settle = () => readSettings().then(refresh).catch(failed);
  follow({ channel: "desk", branch: root.dataset.branch }, {
    unordered: true,
    snapshot: refreshSoon,
    // Also where no event was missed: the look that the last one asked for may have been lost with the line.
    connected: () => { refreshSoon(); readPeople().catch(failed); },
    event: (message) => (SETTINGS.has(message.kind) ? settle() : refreshSoon()),
    async poll(since) {
      await refresh();
      return { revision: since, events: [] };
    },
    refused,
  });
  setInterval(() => refresh().catch(failed), POLL_MS);
  drawNotice();
  refresh().catch(failed);
}

function factsOf(page) {
  return JSON.parse(page.getElementById("facts").textContent);
}
