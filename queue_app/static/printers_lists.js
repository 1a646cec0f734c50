// The two short lists of the printers page: slips that did not come out, and where each kiosk prints.
import { label as setLabel, text } from "./words.js";
import { errorWords } from "./printers_cards.js";
import { moment } from "./printers_times.js";

// Rows are kept while they are wanted: a list of choices that is open must not vanish under somebody's hand.
function keepRows(list, make, fill) {
  const rows = new Map();
  return (things, key) => {
    const wanted = things.map((thing) => {
      const row = rows.get(key(thing)) ?? make(thing);
      rows.set(key(thing), row);
      fill(row, thing);
      return row;
    });
    for (const [id, row] of rows) if (!wanted.includes(row)) { row.remove(); rows.delete(id); }
    wanted.forEach((row, place) => { if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null); });
  };
}

function fillChoices(select, choices, chosen) {
  const known = [...select.options].map((option) => `${option.value} ${option.text}`).join("\n");
  if (known !== choices.map(([value, words]) => `${value} ${words}`).join("\n")) {
    const before = select.value;
    select.replaceChildren(...choices.map(([value, words]) => new Option(words, value)));
    if (before) select.value = before;
  }
  if (chosen !== undefined && document.activeElement !== select) select.value = String(chosen ?? "");
}

export function makeSlips(section, { state, names }, change, cancel) {
  const list = section.querySelector("ul");
  const draw = keepRows(list, make, fill);

  function make(slip) {
    const row = document.createElement("li");
    row.innerHTML = '<strong class="row-label"></strong><p class="row-words"><span></span> <span class="soft"></span></p>'
      + '<div class="row-acts"><select class="plain-select"></select><button class="button" type="button"></button>'
      + '<button class="button button--quiet" type="button"></button></div>';
    const words = setLabel(slip.label);
    const select = row.querySelector("select");
    const [again, drop] = row.querySelectorAll("button");
    row.dataset.slip = slip.ticket;
    fillChoices(select, printers(), undefined);
    select.value = String(slip.printer);
    select.ariaLabel = text("reprint_on", { label: words });
    again.textContent = text("reprint");
    again.ariaLabel = text("reprint_label", { label: words });
    drop.textContent = text("cancel_ticket");
    drop.ariaLabel = text("cancel_label", { label: words });
    again.addEventListener("click", () => change("POST", `/slips/${slip.ticket}/reprint`, { printer: Number(select.value) },
      () => text("done_reprint", { label: words }), again));
    drop.addEventListener("click", () => cancel({ ...slip, words }));
    return row;
  }

  function fill(row, slip) {
    const [words, more] = row.querySelectorAll(".row-words span");
    row.querySelector("strong").textContent = setLabel(slip.label);
    words.textContent = errorWords(slip.error ?? "late");
    more.textContent = [names.services[slip.service] ?? slip.service, text("taken_at", { time: moment(slip.issued_at) }),
      text("gone_printer", { printer: slip.printer_name })].join(" · ");
    fillChoices(row.querySelector("select"), printers(), undefined);
  }

  const printers = () => state.printers.map((printer) => [String(printer.id), printer.name]);
  return {
    draw() {
      draw(state.slips, (slip) => slip.ticket);
      section.hidden = state.slips.length === 0;
    },
  };
}

export function makeKiosks(section, { state }, change) {
  const list = section.querySelector("ul");
  const draw = keepRows(list, make, fill);

  function make(kiosk) {
    const row = document.createElement("li");
    row.innerHTML = '<label class="row-choice"><span></span><select class="plain-select"></select></label>';
    const select = row.querySelector("select");
    row.dataset.kiosk = kiosk.id;
    select.addEventListener("change", () => change("POST", `/kiosks/${kiosk.id}/printer`, { printer: Number(select.value) || null },
      () => text("done_assign", { kiosk: kiosk.name }), null));
    return row;
  }

  function fill(row, kiosk) {
    row.querySelector("span").textContent = kiosk.name;
    const choices = [["", text("status_none")], ...state.printers.map((printer) => [String(printer.id), printer.name])];
    fillChoices(row.querySelector("select"), choices, kiosk.printer);
  }

  return {
    draw() {
      draw(state.kiosks, (kiosk) => kiosk.id);
      section.hidden = state.kiosks.length === 0;
    },
  };
}
