// What one webhook was told: the log of its calls, and sending again.
import { call } from "./api.js";
import { moment } from "./printers_times.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";
import { text } from "./words.js";

const SIGN = { sent: "well", queued: "hold", failed: "stop" };

export function makeDeliveries(root, path, { say, press }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const draw = keepRows(part("deliveries"), makeRow("delivery-row", "delivery"), fill);
  const onlyFailed = part("only-failed");
  const replay = root.querySelector('[data-form="replay"]');
  let of = null; // whose log is open
  let shown = [];
  let next = null;

  function fill(row, { kind, body, revision, state, status, problem, detail, created_at: at, next_try_at: later, attempts }) {
    put(row.querySelector('[data-part="name"]'), [kind, body.label].filter(Boolean).join(" · "));
    put(row.querySelector('[data-part="what"]'), [revision === null ? "" : text("revision", { revision }), moment(at)].filter(Boolean).join(" · "));
    const tried = state === "queued" && problem;
    fillSign(row, tried ? "care" : SIGN[state], text(`delivery_${state}`), tried ? text("again_at", { time: moment(later) }) : status ? `HTTP ${status}` : "");
    fillWhy(row, problem ? [text(`problem_${problem}`), detail, text("attempts", { number: attempts })].filter(Boolean).join(" – ") : "");
  }

  function show() {
    draw(shown, ({ id }) => id);
    part("no-deliveries").hidden = shown.length > 0;
    root.querySelector('[data-do="older"]').hidden = next === null;
  }

  const page = (before) => call("GET", `${path}/${of.id}/deliveries?limit=25${onlyFailed.checked ? "&state=failed" : ""}${before ? `&before=${before}` : ""}`);

  async function look() {
    if (!of) return;
    const wanted = of;
    const found = await page();
    if (of !== wanted) return;
    const last = found.deliveries.at(-1)?.id ?? 0;
    const older = shown.filter(({ id }) => id < last);
    if (!older.length) next = found.next;
    shown = [...found.deliveries, ...older];
    show();
  }

  async function open(webhook) {
    of = webhook;
    shown = [];
    part("log").hidden = false;
    put(root.querySelector("#log-title"), text("log_of", webhook));
    await look();
    root.querySelector("#log-title").focus();
  }

  onlyFailed.addEventListener("change", () => {
    shown = [];
    press(onlyFailed, look);
  });
  replay.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = replay.querySelector("button");
    press(button, async () => {
      const { from_revision: from, to_revision: to } = replay.elements;
      const { queued } = await call("POST", `${path}/${of.id}/replay`, { from_revision: Number(from.value), to_revision: Number(to.value) });
      await look();
      say(text("done_replay", { number: queued }));
    });
  });

  return {
    look, open,
    close(id) {
      if (of?.id !== id) return;
      of = null;
      part("log").hidden = true;
    },
    async older() {
      const found = await page(next);
      shown = [...shown, ...found.deliveries];
      next = found.next;
      show();
    },
    async again({ id }) {
      await call("POST", `${path}/${of.id}/deliveries/${id}/again`, {});
      await look();
      say(text("done_again"));
    },
  };
}
