// How the branch prints: a quiet line for each printer that cannot, or soon will not, and the slips that did not come out.
import { call } from "./api.js";
import { clock, text } from "./words.js";

const REST_MS = 500; // at most one look in so long, however much happens
const LOOK_MS = 15000; // a slip that is merely late is told by nobody

export function makePaper(root, state, changed) {
  const box = root.querySelector('[data-part="paper"]');
  const list = root.querySelector('[data-part="printers"]');
  const path = `/branches/${root.dataset.branch}`;
  let timer = null;
  let lookedAt = 0;

  async function look() {
    timer = null;
    lookedAt = Date.now();
    const [{ printers }, { slips }] = await Promise.all([call("GET", `${path}/printers`), call("GET", `${path}/slips`)]);
    heard({ printers, slips });
  }

  function refresh() {
    timer ??= setTimeout(() => look().catch(() => {}), Math.max(0, lookedAt + REST_MS - Date.now())); // the next look asks again
  }

  function heard({ printers = state.printers, slips }) {
    state.printers = printers;
    state.slips = new Map(slips.map((slip) => [slip.ticket, slip]));
    draw();
    changed();
  }

  function draw() {
    const lines = state.printers.filter((printer) => !printer.can_print || printer.status === "paper_low").map(said);
    if (lines.join("\n") !== [...list.children].map((item) => item.textContent).join("\n")) {
      list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    }
    box.hidden = lines.length === 0 && state.slips.size === 0;
  }

  refresh();
  setInterval(refresh, LOOK_MS);
  return { refresh, heard };
}

function said(printer) {
  const status = printer.paused ? "paused" : printer.status;
  if (printer.paused || printer.status_since === null) return text("trouble_other", { printer: printer.name, status: text(`status_${status}`) });
  return text(`trouble_${status}`, { printer: printer.name, time: clock(new Date(printer.status_since)) });
}
