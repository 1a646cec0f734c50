// The two dialogs of somebody who waits: move the ticket, or cancel it.
import { call } from "./api.js";
import { label as setLabel, text } from "./words.js";
import { className } from "./supervise_people.js";
import { minutes } from "./supervise_rows.js";

export function makeMove(dialogs, state, { path, done }) {
  const { move, cancel } = dialogs;
  let ticket = null; // whom the dialog is about

  function group(words, choices) {
    const element = document.createElement("optgroup");
    element.label = words;
    element.append(...choices.map(([value, name]) => new Option(name, value)));
    return element;
  }

  function openMove(thing) {
    ticket = thing;
    const { service, keeper } = move.fields;
    service.replaceChildren(...state.queue.services.map((one) => new Option(`${one.letter} ${state.nameOf(one.id)}`, one.id)));
    service.value = ticket.service;
    const counters = state.queue.counters.map((counter) => [`counter ${counter.id}`, text("the_counter", { counter: counter.name })]);
    const people = state.people.map((person) => [`user ${person.id}`, person.name]);
    keeper.replaceChildren(new Option(text("anybody"), ""), group(text("a_counter"), counters), ...(people.length ? [group(text("a_person"), people)] : []));
    keeper.value = keeperOf(ticket.reserved);
    move.form.querySelector('[value="keep"]').checked = true;
    const about = [state.nameOf(ticket.service), text("waits", { minutes: minutes(ticket.wait_seconds) })];
    if (ticket.priority !== "standard") about.push(className(ticket.priority));
    move.part("words").textContent = about.join(" · ");
    move.open(text("move_title", { label: setLabel(ticket.label) }), send);
    service.focus();
  }

  // For whom it is kept now stays chosen, where that one is known.
  function keeperOf(reserved) {
    const counter = state.queue.counters.find((one) => reserved?.counter && one.name === reserved.counter);
    const person = state.people.find((one) => reserved?.person && one.name === reserved.person);
    if (counter) return `counter ${counter.id}`;
    return person ? `user ${person.id}` : "";
  }

  async function send() {
    const { service, keeper, position } = move.fields;
    const wish = { service: service.value, position: position.value };
    const [kind, id] = keeper.value.split(" ");
    if (kind) wish[kind] = Number(id);
    const label = setLabel(ticket.label);
    await call("POST", `${path}/tickets/${ticket.id}/move`, wish);
    const to = keeper.value ? text("done_move_kept", { label, service: state.nameOf(wish.service), keeper: keeper.selectedOptions[0].text })
      : text("done_move", { label, service: state.nameOf(wish.service) });
    await done(to);
  }

  function openCancel(thing) {
    ticket = thing;
    const label = setLabel(ticket.label);
    cancel.fields.reason.value = "";
    cancel.open(text("cancel_title", { label }), async () => {
      const reason = cancel.fields.reason.value.trim();
      await call("POST", `${path}/tickets/${ticket.id}/cancel`, reason ? { reason } : {});
      await done(text("done_cancel", { label }));
    });
    cancel.fields.reason.focus();
  }

  move.part("to-cancel").addEventListener("click", () => {
    move.close();
    openCancel(ticket);
  });
  return { move: openMove, cancel: openCancel };
}
