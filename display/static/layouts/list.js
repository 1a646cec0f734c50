// The last calls, newest first, as large and as many as their room takes.
import { label as setLabel, text } from "/static/words.js";
import { arrow, make } from "../elements.js";
import { emWidth, whenChanged } from "../measure.js";
import { rowType } from "../sizes.js";

const LEAST_ROW = 9; // % of the height: smaller they never get for the sake of more rows
const WISHED_ROWS = 4;
const ROW_EM = 1.22; // a row with its line and its gap
const COLUMN_GAP_EM = 0.5;

export function makeList(layout) {
  const rows = make("ol", "last-calls");
  const room = make("section", "last", rows);
  room.setAttribute("aria-label", text("last_calls"));

  const pointed = Object.keys(layout.arrows).length > 0; // then each row ends in where its counter lies, as far as that is known
  const arrowOf = (name) => (layout.arrows[name] ? arrow(layout.arrows[name]) : make("span", ""));

  function row(call, soon) {
    const counter = make("span", "last-counter", call.counter);
    counter.classList.toggle("long", call.counter.length > 3);
    const label = make("span", "last-label", setLabel(call.label));
    const item = make("li", "", ...(pointed ? [label, counter, arrowOf(call.counter)] : [label, arrow(), counter]));
    item.dataset.call = call.call_id;
    item.dataset.state = soon ? "soon" : call.state;
    return item;
  }

  // All rows have the same columns, as wide as the widest label and the widest counter.
  function setColumns() {
    const widest = [0, 0, 0];
    rows.style.setProperty("--columns", "max-content max-content max-content");
    const type = parseFloat(getComputedStyle(rows).fontSize);
    for (const item of rows.children) for (const [index, cell] of [...item.children].entries()) {
      widest[index] = Math.max(widest[index], Math.ceil((cell.getBoundingClientRect().width / type) * 100) / 100 + 0.01);
    }
    rows.style.setProperty("--columns", widest.map((em) => `${em}em`).join(" "));
    rows.style.setProperty("--across", 1);
    return rows.firstElementChild ? emWidth(rows.firstElementChild) : 1;
  }

  let drawn = "";

  const fit = whenChanged(room, () => drawn, () => {
    const { clientWidth: width, clientHeight: height } = room;
    if (!rows.children.length || !width || !height) return;
    for (const item of rows.children) item.hidden = false;
    const em = setColumns();
    const percent = window.innerHeight / 100;
    const wished = Math.min(rowType(layout) * percent, width / em);
    let type = Math.max(Math.min(wished, height / (WISHED_ROWS * ROW_EM)), Math.min(wished, LEAST_ROW * percent));
    const beside = width / (2 * em + COLUMN_GAP_EM);
    const two = height / (type * ROW_EM) < 3 && beside >= Math.min(type, LEAST_ROW * percent) && rows.children.length > 1;
    if (two) type = Math.min(beside, wished);
    type = Math.min(type, height / ROW_EM);
    rows.style.setProperty("--across", two ? 2 : 1);
    rows.style.setProperty("--row", `${type.toFixed(2)}px`);
    const bottom = room.getBoundingClientRect().bottom + 1;
    for (const item of rows.children) item.hidden = item.getBoundingClientRect().bottom > bottom;
  });

  return {
    element: room,
    draw({ board, large, pending }) {
      const soon = new Set(pending.map((call) => call.call_id));
      const shown = board.calls.filter((call) => call.call_id !== large?.call_id).slice(0, layout.rows);
      const now = JSON.stringify(shown.map((call) => [call.call_id, call.label, call.counter, soon.has(call.call_id) || call.state]));
      if (now === drawn) return;
      drawn = now;
      rows.replaceChildren(...shown.map((call) => row(call, soon.has(call.call_id))));
    },
    fit,
    calls: () => [...rows.children].filter((item) => !item.hidden).map((item) => [Number(item.dataset.call), item]),
  };
}
