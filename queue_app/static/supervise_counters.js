// One line for each counter: who sits there, what it does, and which work profile it follows.
import { clock, label as setLabel, text } from "./words.js";
import { fillChoices, keepRows, minutes, put } from "./supervise_rows.js";

export function makeCounters(body, state, changeProfile) {
  const draw = keepRows(body, make, fill);

  function make(counter) {
    const row = document.createElement("tr");
    row.dataset.counter = counter.id;
    row.innerHTML = '<th scope="row"><b></b> <span></span></th>'
      + '<td class="state"><svg aria-hidden="true"><use/></svg><span><b></b> <span class="soft"></span></span></td>'
      + '<td class="at"><b></b> <span class="soft"></span></td><td class="number"></td><td class="takes"><select class="plain-select"></select><button class="button button--main" type="button" hidden></button></td>';
    const select = row.querySelector("select");
    const apply = row.querySelector("button");
    apply.textContent = text("apply");
    // Not at once: with the arrow keys one passes profiles that nobody meant.
    select.addEventListener("change", () => { apply.hidden = select.value === current(row.thing); });
    select.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave(row);
      if (event.key !== "Enter" || apply.hidden) return;
      event.preventDefault(); // it would open the list again
      apply.click();
    });
    apply.addEventListener("click", async () => {
      if (apply.ariaBusy === "true") return;
      apply.ariaBusy = "true";
      await changeProfile(row.thing, select.value);
      apply.ariaBusy = null;
      leave(row);
    });
    return row;
  }

  const current = (counter) => counter.profile ?? "";

  // The choice is made, or given up: the list shows again what holds.
  function leave(row) {
    const [select, apply] = row.querySelector(".takes").children;
    if (document.activeElement === apply) select.focus();
    apply.hidden = true;
    select.value = current(row.thing);
  }

  function fill(row, counter) {
    const [name, stands, at, could, takes] = row.children;
    const { ticket } = counter;
    row.dataset.state = counter.state;
    put(name.children[0], counter.name);
    put(name.children[1], counter.clerk ?? "");
    stands.querySelector("use").setAttribute("href", `#state-${counter.state}`);
    put(stands.querySelector("b"), text(`state_${counter.state}`));
    put(stands.querySelector(".soft"), counter.since ? text("since", { time: clock(new Date(counter.since)) }) : "");
    put(at.children[0], ticket ? setLabel(ticket.label) : "–");
    put(at.children[1], ticket ? `${state.nameOf(ticket.service)} · ${text(`at_${ticket.state}`, { minutes: lasted(ticket) })}` : "");
    put(could, String(counter.waiting));
    fillTakes(...takes.children, counter);
  }

  function fillTakes(select, apply, counter) {
    const names = state.facts.profiles.map((name) => [name, name]);
    if (counter.profile === null) names.unshift(["", text("every_service")]);
    fillChoices(select, names, apply.hidden ? current(counter) : undefined);
    select.setAttribute("aria-label", text("profile_of", { counter: counter.name }));
    apply.setAttribute("aria-label", text("apply_to", { counter: counter.name }));
    select.disabled = counter.state === "closed";
  }

  const lasted = (ticket) => minutes((state.serverNow() - Date.parse(ticket.since)) / 1000);
  return () => draw(state.queue.counters, (counter) => counter.id);
}
