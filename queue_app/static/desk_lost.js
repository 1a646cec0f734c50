// A change whose answer was lost for good: when the desk can be read again, it says in words whether it was done.
import { text } from "./words.js";

const here = (view) => view.counter.ticket?.id ?? null;
const isElsewhere = (before, after) => here(after) !== here(before);
const comes = (before, after) => here(after) !== null && isElsewhere(before, after);
const waits = (view, id) => [...view.waiting, ...view.parked].some((ticket) => ticket.id === id);
const stands = (view) => JSON.stringify([here(view), view.counter.ticket?.state, view.counter.ticket?.next_services]);

// Whether it was done, from the desk before and after it; undefined where the desk does not tell.
const WAS_DONE = {
  next: comes,
  call: comes,
  "serve-without-ticket": comes,
  recall: (before, after) => isElsewhere(before, after) || after.counter.ticket.calls > before.counter.ticket.calls,
  start: (before, after) => isElsewhere(before, after) || after.counter.ticket.state === "serving",
  finish: isElsewhere,
  "no-show": isElsewhere,
  park: isElsewhere,
  return: isElsewhere,
  transfer: isElsewhere,
  undo: (before, after) => stands(before) !== stands(after),
  "add-service": (before, after) => isElsewhere(before, after) || after.counter.ticket.next_services.length > before.counter.ticket.next_services.length,
  pause: (before, after) => after.counter.state === "paused",
  resume: (before, after) => after.counter.state === "open",
  "wrap-up": (before, after) => after.counter.state === "wrap_up",
  close: (before, after) => after.counter.state === "closed",
  notes: (before, after, ticket) => (here(after) === ticket ? after.counter.ticket.notes.length > before.counter.ticket?.notes.length : undefined),
  cancel: (before, after, ticket) => !waits(after, ticket),
  reopen: (before, after, ticket) => waits(after, ticket),
};

export function makeLost(status) {
  let lost = null; // {name, key, before, ticket, id}

  return {
    keep(wish) {
      lost = wish;
      status.notKnown();
    },
    // The same press again goes out with the same request id: should the first one be on its way still, it is done once.
    idFor: (key) => (lost?.key === key ? lost.id : null),
    forget() { lost = null; },
    tell,
    // Whether the counter is closed because that was asked for; says so.
    wasClosing(after) {
      if (lost?.name !== "close") return false;
      tell(after);
      return true;
    },
  };

  // The desk was read again.
  function tell(after) {
    if (!lost || lost.told) return;
    const done = WAS_DONE[lost.name]?.(lost.before, after, lost.ticket);
    const action = text(`name_${lost.name}`);
    if (done) {
      lost = null;
      status.done(text("lost_done", { action }));
    } else {
      lost.told = true;
      status.error(text(done === undefined ? "lost_unknown" : "lost_not_done", { action }));
    }
  }
}
