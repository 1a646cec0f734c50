// The visitor at this counter, large, with the clock that runs; or what the counter is doing without one.
import { clock, label as setLabel, text } from "./words.js";
import { languageName, serviceName } from "./desk_names.js";
import { clockFace } from "./desk_times.js";
import { troubleWords } from "./screen_health.js";

export function makeNow(root, state, title) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const serverNow = () => Date.now() + state.ahead;

  function draw() {
    const { counter, profile } = state.view;
    const ticket = counter.ticket;
    root.dataset.state = ticket?.state ?? (counter.state === "open" ? "idle" : counter.state);
    root.dataset.ticket = ticket?.label ?? "";
    part("counter").textContent = text("counter_of", { counter: counter.name });
    part("clerk").textContent = counter.clerk;
    part("profile").textContent = profile ? text("profile_of", { profile }) : "";
    part("next-words").textContent = text(ticket && root.dataset.finishOnNext === "yes" ? "finish_and_next" : "next");
    part("pause-words").textContent = text(counter.state === "paused" ? "resume" : "pause");
    part("wrap-words").textContent = text(counter.state === "wrap_up" ? "end_wrap_up" : ticket ? "finish_and_wrap_up" : "wrap_up");
    part("ticket").hidden = !ticket;
    part("idle").hidden = Boolean(ticket) && counter.state !== "paused";
    drawIdle(counter);
    if (ticket) drawTicket(ticket);
    drawContact(ticket?.contact);
    drawDelivery();
    tick();
  }

  function drawIdle(counter) {
    const somebody = state.view.waiting.length > 0;
    const key = counter.state !== "open" ? `is_${counter.state}` : somebody ? "nobody_here" : "nobody_waiting";
    part("idle-words").textContent = text(key);
    part("wrap-end").hidden = counter.state !== "wrap_up";
    part("idle-hint").textContent = counter.state === "paused" ? text("press_resume") : counter.state === "wrap_up" ? text("press_end_wrap_up") : somebody ? text("press_next") : text("will_tell");
  }

  function drawTicket(ticket) {
    part("label").textContent = setLabel(ticket.label);
    part("service").textContent = serviceName(ticket.service);
    part("language").textContent = languageName(ticket.language);
    part("state").textContent = ticket.state === "serving" ? text("state_serving") : ticket.calls > 1 ? text("state_called_again", { number: ticket.calls }) : text("state_called");
    part("no-slip").hidden = ticket.state !== "called" || !state.slips.has(ticket.id);
    part("why").textContent = ticket.why ?? "";
    const next = part("next-services");
    next.hidden = !ticket.next_services?.length;
    next.textContent = text("goes_on_to", { services: (ticket.next_services ?? []).map(serviceName).join(", ") });
    drawNotes(ticket.notes ?? []);
  }

  // What the visitor left; nobody but this desk is told.
  function drawContact(contact) {
    const told = [contact?.name, contact?.phone].filter(Boolean);
    part("contact").hidden = told.length === 0;
    part("contact").firstElementChild.textContent = told.join(" · ");
  }

  function drawNotes(notes) {
    const list = part("notes");
    list.hidden = notes.length === 0;
    const known = JSON.stringify(notes);
    if (list.dataset.known === known) return;
    list.dataset.known = known;
    list.replaceChildren(...notes.map(({ at, author, text: words }) => {
      const item = document.createElement("li");
      item.innerHTML = "<b></b> <span></span>";
      item.children[0].textContent = text("note_from", { name: author, time: clock(new Date(at)) });
      item.children[1].textContent = words;
      return item;
    }));
  }

  function drawDelivery() {
    const { delivery, counter } = state.view;
    part("delivery").textContent = counter.ticket && delivery ? deliveryWords(delivery) : "";
  }

  // A screen that has shown the call and is switched off since counts in both.
  function deliveryWords({ shown, spoken, ...wanted }) {
    const screens = Math.max(wanted.screens, shown);
    const speakers = Math.max(wanted.speakers, spoken);
    if (!screens && !speakers) return text("no_screen");
    return text(speakers ? "delivery" : "delivery_silent", { shown, screens, spoken, speakers });
  }

  // That the day is about to end; and screens that nobody can rely on, so that the clerk calls out there as well.
  function drawScreens() {
    const end = state.view.day_ends_at;
    const ends = end ? [`▲ ${text("day_ends", { time: clock(new Date(end)) })}`] : [];
    const words = [...ends, ...state.view.screen_troubles.map((trouble) => `▲ ${troubleWords(trouble, serverNow())}`)].join(" · ");
    if (part("screens").textContent !== words) part("screens").textContent = words;
  }

  // Runs every second: since the call, or the service against the time it usually takes; until the wrap-up ends; until
  // somebody who was called may be a no-show.
  function tick() {
    const { counter, rules } = state.view;
    const ticket = counter.ticket;
    drawScreens();
    title.set(ticket ? `${setLabel(ticket.label)} · ${part("counter").textContent}` : part("counter").textContent);
    part("wrap-clock").textContent = counter.wrap_up_until ? clockFace(secondsUntil(counter.wrap_up_until)) : "";
    const called = ticket?.state === "called";
    const early = called ? secondsUntil(Date.parse(ticket.called_at) + rules.no_show_seconds * 1000) : 0;
    part("no-show-words").textContent = early > 0 ? text("no_show_in", { time: clockFace(early) }) : text("no_show");
    if (ticket) tickClock(ticket);
  }

  const secondsUntil = (moment) => Math.max(0, Math.ceil((new Date(moment) - serverNow()) / 1000));

  function tickClock(ticket) {
    const serving = ticket.state === "serving";
    const seconds = Math.max(0, (serverNow() - Date.parse(serving ? ticket.started_at : ticket.called_at)) / 1000);
    const target = serving ? ticket.expected_service_seconds : null;
    const over = target !== null && seconds > target;
    const face = part("clock");
    face.dataset.over = over ? "yes" : "no";
    face.querySelector(".now-time").textContent = clockFace(seconds);
    face.querySelector(".now-target").textContent = serving ? (target ? text("of_minutes", { minutes: Math.round(target / 60) }) : "") : text("waits_for_arrival");
    face.querySelector(".now-over").textContent = over ? `▲ ${text("over", { time: clockFace(seconds - target) })}` : "";
  }

  return { draw, tick };
}
