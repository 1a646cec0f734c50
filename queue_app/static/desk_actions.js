// One press, one change: while a request is under way nothing else can be pressed, and a lost answer is asked for again with the
// same request id, so that it is done once or not at all.
import { ApiError, call, requestId } from "./api.js";
import { label as setLabel, text } from "./words.js";

const RETRIES_MS = [400, 1000, 2000, 3000, 4000]; // pauses between asking again

// What may be done with the ticket at the counter; queue_app/domain/tickets.py is the same table.
const ALLOWED = {
  called: ["start", "finish", "recall", "no-show", "park", "return", "transfer"],
  serving: ["finish", "park", "return", "transfer"],
};
const PATHS = { next: "call-next" };
// These have no request id: the state itself says whether the first try was done.
const PLAIN = { pause: "counter_paused", resume: "counter_not_paused", close: "counter_closed" };

export function makeActions(root, state, { status, refresh, left }) {
  const buttons = [...root.querySelectorAll("[data-act], [data-panel]")];
  const setup = { finishOnNext: root.dataset.finishOnNext === "yes", confirmArrival: root.dataset.confirmArrival === "yes" };

  function may(name) {
    const { counter, waiting } = state.view;
    const ticket = counter.ticket;
    const open = counter.state === "open";
    const free = open && (!ticket || (setup.finishOnNext && !(setup.confirmArrival && ticket.state === "called")));
    if (name === "call") return free;
    if (name === "next") return free && waiting.some((one) => isCallable(one, counter.name));
    if (name === "pause") return true;
    if (name === "close") return !ticket;
    if (name === "finish" && setup.confirmArrival && ticket?.state === "called") return false;
    return Boolean(ticket && ALLOWED[ticket.state]?.includes(name));
  }

  // What was sent to another counter, or shall not be called yet, is never the next one; by hand it can be called.
  function isCallable(one, here) {
    return (!one.reserved_counter || one.reserved_counter === here) && !(Date.parse(one.not_before) > Date.now() + state.ahead);
  }

  function allow() {
    if (!state.view) return;
    root.dataset.busy = state.busy ? "yes" : "no";
    for (const button of buttons) button.disabled = state.busy || !may(button.dataset.act ?? button.dataset.panel);
    for (const button of root.querySelectorAll("[data-call]")) button.disabled = state.busy || !may("call");
  }

  // name: as in the address, or next, or pause (which also resumes); words: the label to speak of, where it is not the ticket's here.
  async function act(name, body = {}, words = state.view?.counter.ticket?.label) {
    if (!state.view || state.busy || !may(name)) return false;
    if (name === "pause" && state.view.counter.state === "paused") name = "resume";
    state.busy = true;
    status.clear();
    allow();
    let done = false;
    try {
      const answer = await send(name, body);
      done = true;
      const said = name === "call" ? "next" : name;
      const label = answer.ticket?.label ?? words ?? "";
      if (name === "close") return left() ?? true;
      await refresh().catch(() => {});
      status.done(text(`done_${said}`, { label: setLabel(label), counter: state.counter?.name ?? "" }));
    } catch (error) {
      if (error instanceof ApiError && !isLost(error)) {
        await refresh().catch(() => {});
        status.refused(error);
      } else {
        status.notKnown();
      }
    } finally {
      state.busy = false;
      allow();
      root.querySelector('[data-part="now"]').focus({ preventScroll: true });
    }
    return done;
  }

  async function send(name, body) {
    const path = `/counters/${state.counter.id}/${PATHS[name] ?? name}`;
    const whole = name in PLAIN ? body : { ...body, request_id: requestId() };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call("POST", path, whole);
      } catch (error) {
        if (attempt > 0 && name in PLAIN && error.code === PLAIN[name]) return {}; // the try before was done, only its answer was lost
        if (!isLost(error) || attempt === RETRIES_MS.length) throw error;
        status.wait(text("asking_again"));
        await new Promise((done) => setTimeout(done, RETRIES_MS[attempt]));
      }
    }
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button.dataset.act);
  });
  return { act, allow, may };
}

// Not refused, but without an answer that can be trusted: a cut line, a time-out, a server that is just starting.
function isLost(error) {
  return !(error instanceof ApiError) || error.status >= 500 || error.code === "conflict";
}
