// The visitor at this counter, large, with the clock that runs.
import { label as setLabel, text } from "./words.js";
import { clockFace, minutesBetween } from "./desk_times.js";

const language = document.documentElement.lang;
const languageNames = new Intl.DisplayNames([language], { type: "language" });
const services = JSON.parse(document.getElementById("names")?.textContent ?? "{}").services ?? {};

export function makeNow(root, state) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);

  function draw() {
    const { counter } = state.view;
    const ticket = counter.ticket;
    root.dataset.state = ticket?.state ?? (counter.state === "paused" ? "paused" : "idle");
    root.dataset.ticket = ticket?.label ?? "";
    part("counter").textContent = text("counter_of", { counter: counter.name });
    part("clerk").textContent = counter.clerk;
    part("next-words").textContent = text(ticket && root.dataset.finishOnNext === "yes" ? "finish_and_next" : "next");
    part("pause-words").textContent = text(counter.state === "paused" ? "resume" : "pause");
    part("ticket").hidden = !ticket;
    part("idle").hidden = Boolean(ticket) && counter.state !== "paused";
    drawIdle(counter);
    if (ticket) drawTicket(ticket);
    drawDelivery();
    tick();
  }

  function drawIdle(counter) {
    const somebody = state.view.waiting.length > 0;
    part("idle-words").textContent = text(counter.state === "paused" ? "is_paused" : somebody ? "nobody_here" : "nobody_waiting");
    part("idle-hint").textContent = counter.state === "paused" ? text("press_resume") : somebody ? text("press_next") : "";
  }

  function drawTicket(ticket) {
    part("label").textContent = setLabel(ticket.label);
    part("service").textContent = services[ticket.service]?.name ?? ticket.service;
    part("language").textContent = languageNames.of(ticket.language);
    part("language").lang = language;
    part("state").textContent = ticket.state === "serving" ? text("state_serving") : ticket.calls > 1 ? text("state_called_again", { number: ticket.calls }) : text("state_called");
    part("no-slip").hidden = ticket.state !== "called" || !state.slips.has(ticket.id);
    part("why").textContent = text("why", { rule: text(ticket.rule), minutes: minutesBetween(ticket.enqueued_at, Date.parse(ticket.called_at)) });
  }

  function drawDelivery() {
    const { delivery, screens, counter } = state.view;
    const most = Math.max(screens, delivery?.shown ?? 0);
    part("delivery").textContent = !counter.ticket || !delivery ? "" : most ? text("delivery", { shown: delivery.shown, screens: most, spoken: delivery.spoken }) : text("no_screen");
  }

  // Runs every second: since the call, or the service against the time it usually takes.
  function tick() {
    const ticket = state.view.counter.ticket;
    document.title = ticket ? `${setLabel(ticket.label)} · ${part("counter").textContent}` : part("counter").textContent;
    if (!ticket) return;
    const serving = ticket.state === "serving";
    const seconds = Math.max(0, (Date.now() + state.ahead - Date.parse(serving ? ticket.started_at : ticket.called_at)) / 1000);
    const target = serving ? ticket.expected_service_seconds : null;
    const over = target !== null && seconds > target;
    const clock = part("clock");
    clock.dataset.over = over ? "yes" : "no";
    clock.querySelector(".now-time").textContent = clockFace(seconds);
    clock.querySelector(".now-target").textContent = serving ? (target ? text("of_minutes", { minutes: Math.round(target / 60) }) : "") : text("waits_for_arrival");
    clock.querySelector(".now-over").textContent = over ? `▲ ${text("over", { time: clockFace(seconds - target) })}` : "";
  }

  return { draw, tick };
}
