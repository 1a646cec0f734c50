// The list of slips that did not come out, of all services; one key opens it.
import { clock, label as setLabel, plural, text } from "./words.js";

const services = JSON.parse(document.getElementById("names")?.textContent ?? "{}").services ?? {};

export function makeSlips(root, state, slipActs) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const section = part("slips");
  const list = part("slips-list");
  const opener = part("slips-open");
  const rows = new Map(); // ticket id -> element, kept so that the focus stays where it is

  function show(open) {
    if (open === !section.hidden) return;
    section.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) list.querySelector("button")?.focus();
    else part("now").focus({ preventScroll: true });
  }

  function draw() {
    const { slips } = state;
    opener.hidden = slips.size === 0;
    part("slips-count").textContent = plural("without_slip", slips.size);
    const focused = [...rows].findIndex(([, element]) => element.contains(document.activeElement));
    for (const [ticket, element] of rows) if (!slips.has(ticket)) { element.remove(); rows.delete(ticket); }
    for (const slip of slips.values()) fill(slip);
    drawPrinters();
    if (!slips.size) show(false);
    else if (focused >= 0 && document.activeElement === document.body) list.children[Math.min(focused, list.children.length - 1)].querySelector("button").focus();
  }

  function fill(slip) {
    if (!rows.has(slip.ticket)) {
      const element = document.createElement("li");
      element.innerHTML = '<b class="line-label"></b><span class="line-service"></span><span class="slips-about"></span><span class="slips-why"></span><span class="line-acts"></span>';
      element.dataset.slipOf = slip.label;
      rows.set(slip.ticket, element);
      list.append(element);
    }
    const [name, service, about, why, acts] = rows.get(slip.ticket).children;
    name.textContent = setLabel(slip.label);
    service.textContent = services[slip.service]?.name ?? slip.service;
    about.textContent = text("slip_taken_at", { time: clock(new Date(slip.issued_at)), printer: slip.printer_name });
    why.textContent = reason(slip.error);
    slipActs.keep(acts, slip);
  }

  function drawPrinters() {
    const select = part("slips-printer");
    part("slips-where").hidden = state.printers.length < 2;
    const known = state.printers.map((printer) => `${printer.id}`).join();
    if (select.dataset.known === known) return;
    select.dataset.known = known;
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...state.printers.map((printer) => new Option(printer.name, printer.id)));
    select.value = state.printers.some((printer) => `${printer.id}` === chosen) ? chosen : "";
  }

  opener.addEventListener("click", () => show(section.hidden));
  part("slips-close").addEventListener("click", () => show(false));
  section.addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
  return { draw };
}

function reason(error) {
  const key = `error_${error ?? "late"}`;
  return text(key) === key ? text("error_other") : text(key);
}
