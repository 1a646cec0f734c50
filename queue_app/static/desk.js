// The desk: first a counter is chosen, then people are called to it. This file keeps what is known; others draw it and act.
import { ApiError, call } from "./api.js";
import { follow } from "./live.js";
import { label as setLabel, text } from "./words.js";
import { makeActions } from "./desk_actions.js";
import { makeBell } from "./desk_bell.js";
import { makeChoice } from "./desk_choice.js";
import { makeChooser } from "./desk_chooser.js";
import { makeEnded } from "./desk_ended.js";
import { makeIssue } from "./desk_issue.js";
import { attachKeys } from "./desk_keys.js";
import { makeLine } from "./desk_line.js";
import { makeLost } from "./desk_lost.js";
import { makeMenu } from "./desk_menu.js";
import { makeMessages } from "./desk_messages.js";
import { makeNow } from "./desk_now.js";
import { makePanels } from "./desk_panels.js";
import { makePaper } from "./desk_paper.js";
import { makePress } from "./desk_press.js";
import { makeRow } from "./desk_row.js";
import { makeSlipActs } from "./desk_slip_acts.js";
import { makeSlips } from "./desk_slips.js";
import { makeStatus } from "./desk_status.js";
import { makeTitle } from "./desk_title.js";
import { makeUndo } from "./desk_undo.js";

const REFRESH_MS = 300; // at most one look at the desk in so long, however much happens
const AGAIN_MS = 2000; // after a look that got no answer
const LOOK_MS = 15000; // how a lobby screen stands changes without an event
const COUNTER_KEY = "counter"; // a reload comes back to the same counter

export default function desk(root) {
  const branch = root.dataset.branch;
  const state = { counter: null, view: null, ahead: 0, busy: false, printers: [], slips: new Map() };
  const status = makeStatus(root);
  const title = makeTitle();
  const ask = makeChoice(root);
  const undo = makeUndo(root);
  const lost = makeLost(status);
  const ended = makeEnded(root, state);
  const now = makeNow(root, state, title);
  const slipActs = makeSlipActs(root, state, { status, heard: (slips) => paper.heard({ slips }) });
  const slips = makeSlips(root, state, slipActs);
  const bell = makeBell(root, title);
  const chooser = makeChooser(root, branch, { status, ask, sit });
  const actions = makeActions(root, state, { status, undo, lost, ended, refresh: refreshNow, look: refreshSoon, left: () => leave(null) });
  const press = makePress(root, state, { actions, ask, ended });
  const panels = makePanels(root, state, { actions, issue: makeIssue(root, state, { status, refresh: refreshNow }) });
  const more = makeRow({ actions, ask, panels });
  const line = makeLine(root, state, { call: (ticket) => press("call", { ticket: ticket.id, label: ticket.label }), more }, slipActs);
  const paper = makePaper(root, state, () => { slips.draw(); if (state.view) draw(); });
  const messages = makeMessages(root);
  attachKeys(root, state, { line, menu: makeMenu(root), messages });

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
    refreshNow().then(() => root.querySelector('[data-part="now"]').focus(), refreshSoon);
  }

  function leave(reason) {
    state.counter = state.view = null;
    sessionStorage.removeItem(COUNTER_KEY);
    title.set(chooser.title);
    root.dataset.view = "choose";
    if (reason) status.error(reason);
    chooser.load();
  }

  // The newest look wins: an answer that was overtaken on its way is dropped, and whoever waits for it waits for the newer one.
  let looks = 0;
  let looking = null;
  function refreshNow() {
    looking = look(++looks);
    return looking;
  }

  async function look(number) {
    if (!state.counter) return chooser.load();
    const view = await call("GET", `/counters/${state.counter.id}/desk`);
    if (number !== looks) return looking;
    if (!state.counter) return null;
    if (view.counter.state === "closed" || view.counter.clerk !== root.dataset.clerk) return leave(state.busy || lost.wasClosing(view) ? null : text("counter_was_closed"));
    bell.follow(state.view, view);
    tellCall(state.view, view);
    state.view = view;
    state.ahead = Date.parse(view.server_time) - Date.now();
    undo.heard(view);
    view.messages.forEach(messages.heard);
    root.dataset.view = "work";
    root.dataset.revision = view.revision;
    draw();
    if (!state.busy) lost.tell(view);
    return view;
  }

  // Somebody was called here without a press here: by itself after a service or a wrap-up, or from another page.
  function tellCall(before, { counter }) {
    const { ticket } = counter;
    if (state.busy || !before || ticket?.state !== "called" || ticket.id === before.counter.ticket?.id) return;
    status.done(text("done_next", { label: setLabel(ticket.label), counter: counter.name }));
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
    connected: () => { refreshSoon(); paper.refresh(); },
    event(message) {
      if (message.kind === "print_job_changed") return paper.refresh();
      if (message.kind === "desk_message") return messages.heard(message);
      refreshSoon();
      if (state.slips.has(message.ticket)) paper.refresh(); // called, served, gone: it may be no trouble any more
    },
    printer: paper.refresh,
    delivery(message) {
      if (state.view?.delivery?.call_id !== message.call_id) return;
      state.view.delivery = message;
      now.draw();
    },
    async poll(since) {
      await refreshNow();
      paper.refresh();
      return { revision: since, events: [] };
    },
    refused: status.refused,
  });
  setInterval(() => { if (state.view) { now.tick(); line.tick(); undo.tick(); actions.allow(); } }, 1000);
  setInterval(() => { if (state.view && !state.busy && !document.hidden) refreshNow().catch(() => {}); }, LOOK_MS);
  chooser.resume(sessionStorage.getItem(COUNTER_KEY));
}
