// The board in the browser: what queue_app/domain/board.py does, line by line. Pure; the tests hold both against fresh snapshots.
const CALLS_SHOWN = 40;

const NEW_STATE = { service_started: "serving", ticket_finished: "finished", ticket_transferred: "transferred" };
const TAKES_DOWN = new Set(["ticket_no_show", "ticket_cancelled", "ticket_returned", "ticket_parked", "ticket_reopened"]);
const JOINS = new Set(["ticket_issued", "ticket_returned", "ticket_reopened"]);
const COUNTER_STATE = { counter_opened: "open", counter_paused: "paused", counter_resumed: "open", counter_closed: "closed", counter_wrap_up: "wrap_up" };

// A board from a snapshot, without what only that moment knew.
export function install(snapshot) {
  const { revision, calls, waiting, counters, notice } = snapshot;
  return structuredClone({ revision, calls, waiting, counters, notice });
}

// The board after one public event, which must be the next revision.
export function follow(board, event) {
  if (event.revision !== board.revision + 1) throw new RangeError(`revision ${event.revision} cannot follow ${board.revision}`);
  return { ...board, revision: event.revision, waiting: count(board.waiting, event), calls: callsAfter(board.calls, event), counters: countersAfter(board.counters, event) };
}

// The calls after an event, the newest first and so many at most.
export function callsAfter(calls, event, most = CALLS_SHOWN) {
  const { kind, label } = event;
  const others = () => calls.filter((call) => call.label !== label);
  if (kind === "ticket_called" || kind === "ticket_recalled") {
    const call = { call_id: event.call_id, label, service: event.service, language: event.language, counter: event.counter, called_at: event.at, state: "called" };
    return [call, ...others()].slice(0, most);
  }
  if (kind in NEW_STATE) return calls.map((call) => (call.label === label ? { ...call, state: NEW_STATE[kind] } : call));
  if (TAKES_DOWN.has(kind)) return others();
  return kind === "tickets_expired" ? [] : calls;
}

function countersAfter(counters, event) {
  const state = COUNTER_STATE[event.kind];
  return state ? counters.map((counter) => (counter.counter === event.counter ? { ...counter, state } : counter)) : counters;
}

function count(before, event) {
  const waiting = { ...before };
  const add = (service, number) => { waiting[service] = (waiting[service] ?? 0) + number; };
  if (JOINS.has(event.kind)) add(event.service, 1);
  if (event.from === "waiting") add(event.service, -1);
  if (event.to_service) add(event.to_service, 1);
  if (event.kind === "tickets_expired") for (const [service, number] of Object.entries(event.waiting)) add(service, -number);
  return waiting;
}
