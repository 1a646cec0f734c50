// One line for each service: who waits, how long, which counters serve it, and whether new numbers are given.
import { plural, text } from "./words.js";
import { WAIT_CELL, fillWait, keepRows, put } from "./supervise_rows.js";

export function makeQueues(body, state, turnIntake) {
  const draw = keepRows(body, make, fill);

  function make(service) {
    const row = document.createElement("tr");
    row.dataset.service = service.id;
    row.innerHTML = '<th scope="row"><span class="letter"></span> <span></span></th><td class="number count"></td>'
      + `<td class="wait">${WAIT_CELL}</td><td class="number"></td>`
      + '<td><button class="switch" type="button" role="switch"><span class="knob" aria-hidden="true"></span><span></span></button></td>';
    row.querySelector("button").addEventListener("click", (event) => turnIntake(row.thing, event.currentTarget));
    return row;
  }

  function fill(row, service) {
    const [name, waiting, wait, counters, intake] = row.children;
    const button = intake.firstElementChild;
    put(name.children[0], service.letter);
    put(name.children[1], state.nameOf(service.id));
    put(waiting, String(service.waiting));
    wait.dataset.none = service.waiting ? "no" : "yes";
    fillWait(wait, service.waiting ? service.longest_seconds : 0, service.target_seconds);
    if (!service.waiting) put(wait.querySelector("span"), text("nobody"));
    put(counters, service.counters ? String(service.counters) : text("none"));
    counters.dataset.none = service.counters ? "no" : "yes";
    row.dataset.unserved = state.queue.unserved.includes(service.id) ? "yes" : "no";
    button.setAttribute("aria-checked", String(service.intake_open));
    const stands = text(service.intake_open ? (service.open ? "intake_open" : "intake_hours") : "intake_closed");
    put(button.children[1], stands);
    button.setAttribute("aria-label", `${text("intake_of", { service: state.nameOf(service.id) })}: ${stands}`);
  }

  return () => draw(state.queue.services, (service) => service.id);
}

// What turning the intake means, before it is turned.
export function intakeWords(service) {
  if (!service.intake_open) return text("intake_opening");
  return service.waiting ? plural("intake_closing", service.waiting) : text("intake_closing_nobody");
}
