// Everybody who waits, those furthest over their target first; chosen with the arrow keys, moved with Enter.
import { clock, label as setLabel, plural, text } from "./words.js";
import { WAIT_CELL, fillChoices, fillWait, keepRows, put } from "./supervise_rows.js";

export function makePeople(root, state, { move, cancel }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const body = part("people");
  const onlyOver = part("only-over");
  const onlyService = part("only-service");
  const draw = keepRows(body, make, fill);

  function make() {
    const row = document.createElement("tr");
    row.innerHTML = '<th scope="row"><button class="person" type="button" data-act="move"></button></th><td></td><td></td>'
      + `<td class="wait">${WAIT_CELL}</td><td class="marks"></td>`
      + '<td class="row-acts"><button class="button button--quiet" type="button" data-act="move"></button> <button class="button button--quiet" type="button" data-act="cancel"></button></td>';
    const [, again, drop] = row.querySelectorAll("button");
    again.textContent = text("move");
    drop.textContent = text("cancel");
    for (const button of row.querySelectorAll("button")) button.tabIndex = -1;
    return row;
  }

  function fill(row, ticket) {
    const [name, service, kind, wait, marks] = row.children;
    const words = setLabel(ticket.label);
    const [open, again, drop] = row.querySelectorAll("button");
    row.dataset.label = ticket.label;
    put(name.firstElementChild, words);
    put(service, state.nameOf(ticket.service));
    put(kind, ticket.priority === "standard" ? "" : className(ticket.priority));
    fillWait(wait, ticket.wait_seconds, ticket.target_seconds);
    put(marks, notes(ticket).join(" · "));
    open.setAttribute("aria-label", text("move_label", { label: words }));
    again.setAttribute("aria-label", text("move_label", { label: words }));
    drop.setAttribute("aria-label", text("cancel_label", { label: words }));
  }

  function notes(ticket) {
    const found = [];
    if (ticket.position_hint === "first") found.push(text("put_first"));
    if (ticket.reserved) found.push(keptFor(ticket.reserved));
    if (ticket.booked_for) found.push(text("booked_for", { time: clock(new Date(ticket.booked_for)) }));
    if (Date.parse(ticket.not_before) > state.serverNow()) found.push(text("not_before", { time: clock(new Date(ticket.not_before)) }));
    if (ticket.notes) found.push(plural("notes", ticket.notes));
    return found;
  }

  // One row at a time takes part in the round of the Tab key; the arrow keys go from row to row.
  function choose(row, focus) {
    for (const other of body.children) for (const button of other.querySelectorAll("button")) button.tabIndex = other === row ? 0 : -1;
    if (focus) row?.querySelector("button").focus();
  }

  const chosen = () => [...body.children].find((row) => row.querySelector("button").tabIndex === 0);

  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: body.firstElementChild, End: body.lastElementChild }[event.key];
    if (event.key === "Delete") cancel(row.thing);
    else if (to) choose(to, true);
    else if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
  });
  body.addEventListener("focusin", (event) => choose(event.target.closest("tr"), false));
  body.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) ({ move, cancel })[act](event.target.closest("tr").thing);
  });
  for (const control of [onlyOver, onlyService]) control.addEventListener("change", show);

  function show() {
    if (!state.queue) return;
    fillChoices(onlyService, [["", onlyService.options[0].text], ...state.queue.services.map((service) => [service.id, `${service.letter} ${state.nameOf(service.id)}`])]);
    const over = (ticket) => ticket.wait_seconds - ticket.target_seconds;
    const people = state.queue.waiting
      .filter((ticket) => (!onlyOver.checked || over(ticket) > 0) && (!onlyService.value || ticket.service === onlyService.value))
      .sort((a, b) => over(b) - over(a) || a.id - b.id);
    const before = [...body.children].indexOf(chosen());
    const held = body.contains(document.activeElement);
    draw(people, (ticket) => ticket.id);
    // Who was chosen has gone: whoever stands there now is.
    if (!chosen() || (held && !body.contains(document.activeElement))) choose(chosen() ?? body.children[Math.min(Math.max(0, before), people.length - 1)], held);
    const all = state.queue.services.reduce((sum, service) => sum + service.waiting, 0);
    put(part("shown"), people.length === all ? "" : text("shown", { number: people.length, all }));
    part("people-table").hidden = part("keys").hidden = people.length === 0;
    part("empty").hidden = people.length > 0;
    put(part("empty"), text(all ? "nobody_like_this" : "nobody_waits"));
  }

  return {
    show,
    only(service, overOnly) {
      onlyService.value = service;
      onlyOver.checked = overOnly;
      show();
      root.querySelector("#waiting-title").focus();
    },
  };
}

// A class's name as people read it; the words of a branch's own classes are the branch's.
export function className(name) {
  const words = text(`class_${name}`);
  return words === `class_${name}` ? name.replaceAll("_", " ") : words;
}

export function keptFor(reserved) {
  return reserved.counter ? text("kept_counter", { counter: reserved.counter }) : text("kept_person", { person: reserved.person });
}
