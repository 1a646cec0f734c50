// Who waits for this counter, the next one first, and what is parked here; each can be called by hand.
import { clock, label as setLabel, plural, text } from "./words.js";
import { className, languageName, serviceName } from "./desk_names.js";
import { minutesBetween } from "./desk_times.js";

const MOST_ROWS = 60; // more is not read by anybody, and every row costs

// rowActs: {call(ticket), more(ticket)}
export function makeLine(root, state, rowActs, slipActs) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const list = part("line");
  const rows = new Map(); // ticket id -> element, kept so that the focus stays where it is

  function draw() {
    const { parked, waiting, counter } = state.view;
    const shown = [...parked, ...waiting.slice(0, MOST_ROWS)];
    const ids = new Set(shown.map((ticket) => ticket.id));
    for (const [id, element] of rows) if (!ids.has(id)) { element.remove(); rows.delete(id); }
    shown.forEach((ticket, index) => {
      const element = rows.get(ticket.id) ?? newRow(ticket);
      rows.set(ticket.id, element);
      element.ticket = ticket;
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
      fill(element, ticket, counter.name);
    });
    part("more").textContent = waiting.length > MOST_ROWS ? plural("more", waiting.length - MOST_ROWS) : "";
    part("elsewhere").textContent = state.view.waiting_elsewhere ? plural("elsewhere", state.view.waiting_elsewhere) : "";
    tick();
  }

  function newRow(ticket) {
    const element = document.createElement("li");
    element.innerHTML = '<b class="line-label"></b><span class="line-service"></span><span class="line-wait"></span><span class="line-marks"></span><span class="line-acts"><button class="button" type="button" data-call></button><button class="button button--quiet" type="button" data-row-more></button></span>';
    const [button, more] = element.querySelectorAll("button");
    button.textContent = text("call");
    button.addEventListener("click", () => rowActs.call(element.ticket));
    more.textContent = text("row_more");
    more.addEventListener("click", () => rowActs.more(element.ticket));
    return element;
  }

  function fill(element, ticket, here) {
    const [name, service, , marks, acts] = element.children;
    const slip = state.slips.get(ticket.id);
    name.textContent = setLabel(ticket.label);
    service.textContent = serviceName(ticket.service);
    const notes = [];
    if (ticket.state === "parked") notes.push(`● ${text("parked")}`);
    if (slip) notes.push(`□ ${text("no_slip")}`);
    if (ticket.priority !== "standard") notes.push(`◆ ${className(ticket.priority)}`);
    if (ticket.wanted_language) notes.push(text("wants_language", { language: languageName(ticket.wanted_language) }));
    if (ticket.booked_for) notes.push(text("booked_for", { time: clock(new Date(ticket.booked_for)) }));
    if (ticket.reserved_counter && ticket.reserved_counter !== here) notes.push(`→ ${text("for_counter", { counter: ticket.reserved_counter })}`);
    if (ticket.reserved_person) notes.push(`→ ${text("for_person", { person: ticket.reserved_person })}`);
    if (ticket.not_before && Date.parse(ticket.not_before) > serverNow()) notes.push(text("not_before", { time: clock(new Date(ticket.not_before)) }));
    marks.dataset.notes = notes.join(" · ");
    slipActs.keep(acts, slip);
    element.dataset.slip = slip ? "none" : "";
    acts.querySelector("[data-call]").setAttribute("aria-label", text("call_label", { label: ticket.label }));
    acts.querySelector("[data-row-more]").setAttribute("aria-label", text("row_more_label", { label: ticket.label }));
    element.dataset.label = ticket.label;
  }

  const serverNow = () => Date.now() + state.ahead;

  function tick() {
    const { waiting } = state.view;
    const end = serverNow();
    for (const element of rows.values()) {
      const { ticket, children: [, , wait, marks] } = element;
      const minutes = minutesBetween(ticket.enqueued_at, end);
      const over = ticket.state === "waiting" && (end - Date.parse(ticket.enqueued_at)) / 1000 > ticket.target_wait_seconds;
      set(wait, text("minutes", { minutes }));
      set(marks, [over ? `▲ ${text("over_target")}` : "", marks.dataset.notes].filter(Boolean).join(" · "));
      element.dataset.over = over ? "yes" : "no";
    }
    const longest = Math.max(0, ...waiting.map((ticket) => minutesBetween(ticket.enqueued_at, end)));
    set(part("total"), waiting.length ? text("waiting_total", { number: waiting.length, minutes: longest }) : text("nobody_waiting"));
  }

  // Up and down through the list; with Enter on Call it is a list to choose from.
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const row = step && event.target.closest("li")?.[step];
    if (!row) return;
    event.preventDefault();
    const same = event.target.matches("[data-row-more]") ? "[data-row-more]" : "[data-call]";
    row.querySelector(same)?.focus();
  });

  return { draw, tick, focus: () => list.querySelector("[data-call]:not(:disabled)")?.focus() };
}

function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
