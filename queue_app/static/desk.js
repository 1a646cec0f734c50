// The desk: first a counter is chosen, then people are called to it. This file keeps what is known; others draw it and act.
import { ApiError, call } from "./api.js";
import { follow } from "./live.js";
import { text } from "./words.js";
import { makeActions } from "./desk_actions.js";
import { makeBell } from "./desk_bell.js";
import { makeChooser } from "./desk_chooser.js";
import { attachKeys } from "./desk_keys.js";
import { makeLine } from "./desk_line.js";
import { makeNow } from "./desk_now.js";
import { makePanels } from "./desk_panels.js";
import { makePaper } from "./desk_paper.js";
import { makeSlipActs } from "./desk_slip_acts.js";
import { makeSlips } from "./desk_slips.js";
import { makeStatus } from "./desk_status.js";

const REFRESH_MS = 300; // at most one look at the desk in so long, however much happens
const AGAIN_MS = 2000; // after a look that got no answer
const COUNTER_KEY = "counter"; // a reload comes back to the same counter

export default function desk(root) {
  const branch = root.dataset.branch;
  const state = { counter: null, view: null, ahead: 0, busy: false, printers: [], slips: new Map() };
  const status = makeStatus(root);
  const now = makeNow(root, state);
  const slipActs = makeSlipActs(root, state, { status, heard: (slips) => paper.heard({ slips }) });
  const line = makeLine(root, state, (ticket) => actions.act("call", { ticket: ticket.id }, ticket.label), slipActs);
  const slips = makeSlips(root, state, slipActs);
  const bell = makeBell(root);
  const chooser = makeChooser(root, branch, { status, sit });
  const actions = makeActions(root, state, { status, refresh: refreshNow, left: () => leave(null) });
  const panels = makePanels(root, state, actions);
  const paper = makePaper(root, state, () => { slips.draw(); if (state.view) draw(); });
  attachKeys(root, state, { actions, panels, line, slips });

  function draw() {
    now.draw();
    line.draw();
    actions.allow();
    panels.check();
  }

  function sit(counter) {
    state.counter = counter;
    sessionStorage.setItem(COUNTER_KEY, counter.id);
    state.view = null;
    refreshNow().then(() => root.querySelector('[data-part="now"]').focus());
  }

  function leave(reason) {
    state.counter = state.view = null;
    sessionStorage.removeItem(COUNTER_KEY);
    document.title = chooser.title;
    root.dataset.view = "choose";
    if (reason) status.error(reason);
    chooser.load();
  }

  // One look at a time, and the newest wins: an answer that was overtaken on its way is dropped.
  let looks = 0;
  async function refreshNow() {
    if (!state.counter) return chooser.load();
    const look = ++looks;
    const view = await call("GET", `/counters/${state.counter.id}/desk`);
    if (look !== looks || !state.counter) return null;
    if (view.counter.state === "closed" || view.counter.clerk !== root.dataset.clerk) return leave(state.busy ? null : text("counter_was_closed"));
    bell.follow(state.view, view);
    state.view = view;
    state.ahead = Date.parse(view.server_time) - Date.now();
    root.dataset.view = "work";
    root.dataset.revision = view.revision;
    draw();
    return view;
  }

  let timer = null;
  function refreshSoon() {
    timer ??= setTimeout(() => {
      timer = null;
      refreshNow().catch((error) => {
        status.refused(error);
        if (!(error instanceof ApiError)) setTimeout(refreshSoon, AGAIN_MS);
      });
    }, REFRESH_MS);
  }

  follow({ channel: "desk", branch }, {
    unordered: true,
    snapshot: refreshSoon,
    // Also where no event was missed: the look that the last one asked for may have been lost with the line.
    connected: () => { status.lineIsBack(); refreshSoon(); paper.refresh(); },
    event(message) {
      if (message.kind === "print_job_changed") return paper.refresh();
      refreshSoon();
      if (state.slips.has(message.ticket)) paper.refresh(); // called, served, gone: it may be no trouble any more
    },
    printer: paper.refresh,
    delivery(message) {
      if (state.view?.delivery?.call_id !== message.call_id) return;
      state.view.delivery = message;
      state.view.screens = message.screens;
      now.draw();
    },
    async poll(since) {
      await refreshNow();
      paper.refresh();
      status.lineIsBack();
      return { revision: since, events: [] };
    },
    refused: status.refused,
  });
  setInterval(() => { if (state.view) { now.tick(); line.tick(); actions.allow(); } }, 1000);
  chooser.resume(sessionStorage.getItem(COUNTER_KEY));
}
