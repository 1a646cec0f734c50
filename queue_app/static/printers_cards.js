// One card for each printer. Cards are kept and filled anew, so that the focus stays where it is while the list goes on.
import { plural, text } from "./words.js";
import { moment } from "./printers_times.js";

const SIGNS = { ready: "well", paper_low: "care", unknown: "open" }; // every other word means that nothing comes out

export function errorWords(code) {
  const key = `error_${code}`;
  const words = text(key);
  return words === key ? text("error_other") : words;
}

export function makeCards(list, { names, state }) {
  const template = document.getElementById("printer-card");
  const cards = new Map();

  function draw() {
    const wanted = state.printers.map((printer) => {
      const card = cards.get(printer.id) ?? make(printer);
      fill(card, printer);
      return card;
    });
    for (const [id, card] of cards) if (!wanted.includes(card)) { card.remove(); cards.delete(id); }
    wanted.forEach((card, place) => { if (list.children[place] !== card) list.insertBefore(card, list.children[place] ?? null); });
  }

  function make(printer) {
    const card = template.content.firstElementChild.cloneNode(true);
    const title = `printer-${printer.id}`;
    card.dataset.printer = printer.id;
    card.querySelector("h2").id = title;
    card.querySelector(".acts").setAttribute("aria-labelledby", title);
    for (const button of card.querySelectorAll("button")) button.setAttribute("aria-describedby", title);
    cards.set(printer.id, card);
    return card;
  }

  function fill(card, printer) {
    const put = (name, words) => {
      const element = card.querySelector(`[data-part="${name}"]`);
      if (element.textContent !== words) element.textContent = words;
    };
    const show = (name, shown) => { card.querySelector(`[data-part="${name}"]`).hidden = !shown; };
    const word = text(`status_${printer.status}`);
    const stands = printer.status in SIGNS;
    card.dataset.status = printer.paused ? "paused" : printer.status;
    card.dataset.sign = printer.paused ? "hold" : SIGNS[printer.status] ?? "stop";
    card.querySelector("use").setAttribute("href", `#sign-${card.dataset.sign}`);
    put("name", printer.name);
    put("where", [names.kinds[printer.kind] ?? printer.kind, where(printer), model(printer)].filter(Boolean).join(" · "));
    put("word", printer.paused ? text("paused_but", { status: word }) : word);
    put("since", printer.status_since ? text("since", { time: moment(printer.status_since) }) : "");

    // An error stands until a slip came out after it; an older one is only told.
    const failed = printer.last_error && !(Date.parse(printer.last_success_at) > Date.parse(printer.last_error_at));
    const known = text(`error_${printer.detail}`) !== `error_${printer.detail}`;
    const why = !stands ? (known ? printer.detail : printer.status) : printer.last_error;
    show("trouble", !stands || failed);
    put("why", !stands || failed ? errorWords(why) : "");
    put("detail", !stands && !known && printer.detail ? text("device_says", { words: printer.detail }) : "");
    show("past", printer.last_error && !failed);
    put("past", printer.last_error ? text("error_past", { time: moment(printer.last_error_at), words: errorWords(printer.last_error) }) : "");

    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(printer.oldest_at)) / 60000));
    put("waiting", printer.waiting ? plural("waiting_slips", printer.waiting, { minutes }) : text("nothing_waits"));
    put("success", printer.last_success_at ? moment(printer.last_success_at) : text("never"));
    put("fallback", state.printers.find((other) => other.id === printer.fallback)?.name ?? text("nobody"));
    put("kiosks", printer.kiosks.map((kiosk) => kiosk.name).join(", ") || text("no_kiosk"));

    const button = (name) => card.querySelector(`[data-do="${name}"]`);
    button("pause").textContent = text(printer.paused ? "resume" : "pause");
    button("password").hidden = !(printer.kind in names.fetch_urls);
    button("reassign").hidden = state.printers.length < 2;
  }

  // The model for what prints by its own letters, the paper for what prints documents.
  function model(printer) {
    return printer.form === "pdf" ? names.papers[printer.paper] : names.profiles[printer.profile];
  }

  return { draw };
}

function where({ address }) {
  if (address.host) return address.port ? `${address.host}:${address.port}` : address.host;
  if (address.vendor_id) return `${address.vendor_id}:${address.product_id}`;
  return address.path ?? address.port ?? address.uri ?? address.mac ?? "";
}
