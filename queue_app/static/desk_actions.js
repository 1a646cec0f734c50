// One press, one change: while a request is under way nothing else can be pressed, and a lost answer is asked for again with the
// same request id, so that it is done once or not at all.
import { ApiError, call, requestId } from "./api.js";
import { text } from "./words.js";
import { callable } from "./desk_callable.js";
import { doneWords } from "./desk_done.js";

const RETRIES_MS = [400, 1000, 2000, 3000, 4000]; // pauses between asking again

// What may be done with the ticket at the counter; queue_app/domain/tickets.py is the same table.
const ALLOWED = {
  called: ["start", "finish", "recall", "no-show", "park", "park-for", "return", "transfer", "add-service", "note"],
  serving: ["finish", "park", "park-for", "return", "transfer", "add-service", "note"],
};
const MOST_SERVICES = 5; // a visitor may still go on to; as queue_app/operations/desk_actions.py
const CALLS = new Set(["call", "service", "without-ticket"]); // like next, they need a free counter
const OF_TICKETS = new Set(["reopen", "move", "cancel", "notes"]); // of any ticket of the branch, not only of the one here
const PATHS = { next: "call-next" };
// These have no request id: the state itself says whether the first try was done.
const PLAIN = { pause: "counter_paused", resume: "counter_not_paused", close: "counter_closed", "wrap-up": null, notes: null };
const ONCE = "notes"; // nothing would tell the second one from the first

export function makeActions(root, state, { status, undo, lost, ended, refresh, look, left }) {
  const buttons = [...root.querySelectorAll("[data-act], [data-panel]")];
  const setup = { finishOnNext: root.dataset.finishOnNext === "yes", confirmArrival: root.dataset.confirmArrival === "yes" };
  const branch = `/branches/${root.dataset.branch}`;

  function may(name) {
    const { counter, waiting } = state.view;
    const ticket = counter.ticket;
    const open = counter.state === "open" || counter.state === "wrap_up";
    const free = open && (!ticket || (setup.finishOnNext && !(setup.confirmArrival && ticket.state === "called")));
    if (name === "next") return free && callable(state.view, Date.now() + state.ahead).length > 0;
    if (name === "service") return free && waiting.length > 0;
    if (CALLS.has(name)) return free;
    if (name === "reopen") return ended.list().length > 0;
    if (name === "pause" || name === "issue") return true;
    if (name === "close") return !ticket;
    if (name === "undo") return undo.left() > 0;
    if (name === "wrap-up") return counter.state !== "paused" && (!ticket || may("finish"));
    if (name === "add-service" && ticket?.next_services?.length >= MOST_SERVICES) return false;
    if (name === "finish" && setup.confirmArrival && ticket?.state === "called") return false;
    return Boolean(ticket && ALLOWED[ticket.state]?.includes(name));
  }

  function allow() {
    if (!state.view) return;
    root.dataset.busy = state.busy ? "yes" : "no";
    for (const button of buttons) button.disabled = state.busy || !may(button.dataset.act ?? button.dataset.panel);
    for (const button of root.querySelectorAll("[data-call]")) button.disabled = state.busy || !may("call");
  }

  // name: as in the address, or next. ticket: id of the one it is about, where it is not the one here; label: its label;
  // said: under which name it is spoken of. True where it was done, the code of a refusal, or false where no answer came.
  async function act(name, body = {}, { ticket = null, label = state.view?.counter.ticket?.label, said = name } = {}) {
    if (state.busy || !state.view) return false; // the day may have ended during a question
    const before = state.view;
    const key = JSON.stringify([name, ticket, body, before.counter.id, before.counter.ticket?.id]);
    const id = lost.idFor(key) ?? requestId();
    state.busy = true;
    lost.forget();
    status.clear();
    allow();
    try {
      const answer = await send(name, body, ticket, id);
      keepEnded(name, before, ticket, label);
      if (name === "close") return left() ?? true;
      await refresh().catch(() => {});
      status.done(doneWords(said, answer, { label, counter: state.counter?.name ?? "", people: before.people }, body));
      return true;
    } catch (error) {
      if (isLost(error)) {
        lost.keep({ name, key, id, before, ticket });
        look();
        return false;
      }
      await refresh().catch(() => {});
      status.refused(error);
      return error.code;
    } finally {
      state.busy = false;
      allow();
      root.querySelector('[data-part="now"]').focus({ preventScroll: true });
    }
  }

  function keepEnded(name, before, ticket, label) {
    const here = before.counter.ticket;
    if (name === "no-show") ended.add(here, "no_show");
    else if (name === "cancel") ended.add({ id: ticket, label }, "cancelled");
    else if (here && ["finish", "next", "call", "serve-without-ticket"].includes(name)) ended.add(here, "finished");
  }

  async function send(name, body, ticket, id) {
    const path = OF_TICKETS.has(name) ? `${branch}/tickets/${ticket}/${name}` : `/counters/${state.counter.id}/${PATHS[name] ?? name}`;
    const whole = name in PLAIN ? body : { ...body, request_id: id };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call("POST", path, whole);
      } catch (error) {
        if (attempt > 0 && PLAIN[name] && error.code === PLAIN[name]) return {}; // the try before was done, only its answer was lost
        if (name === ONCE && error.code !== "conflict") throw error;
        if (!isLost(error) || attempt === RETRIES_MS.length) throw error;
        status.wait(text("asking_again"));
        await new Promise((done) => setTimeout(done, RETRIES_MS[attempt]));
      }
    }
  }

  return { act, allow, may };
}

// Not refused, but without an answer that can be trusted: a cut line, a time-out, a server that is just starting.
export function isLost(error) {
  return !(error instanceof ApiError) || error.status >= 500 || error.code === "conflict";
}
