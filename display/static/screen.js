// Draws the board. What stands large comes from the turns; everything else from the board as it is.
import { label as setLabel, pick, text } from "/static/words.js";

const MOST_ROWS = 12;

export function makeScreen(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const stage = part("stage");
  const rows = part("calls");
  let large = null;

  // Nobody can be called: said in words, large, unless somebody still stands called.
  function message(board) {
    const states = board.counters.map((counter) => counter.state);
    if (board.calls.some((call) => call.state === "called")) return null;
    if (states.length && states.every((state) => state === "closed")) return "closed";
    if (!states.includes("open") && states.includes("paused")) return "pause";
    return board.calls.length ? null : "start";
  }

  function drawStage(board, call, fresh) {
    const instead = fresh ? null : message(board);
    large = instead ? null : call;
    stage.dataset.state = !large ? "message" : fresh ? "calling" : "rest";
    part("message").textContent = large ? "" : text(instead ?? "start");
    if (stage.dataset.call !== String(large?.call_id)) {
      stage.dataset.call = String(large?.call_id);
      part("label").textContent = large ? setLabel(large.label) : "";
      part("counter").textContent = large?.counter ?? "";
      // "counter 5", but not "counter Cash desk": a name speaks for itself.
      part("word").hidden = /\p{L}{3}/u.test(large?.counter ?? "");
      restartPulse(stage);
    }
    part("caption").textContent = large ? text(fresh ? "now" : "last") : "";
    root.dataset.newest = large?.label ?? "";
    const said = fresh && large ? text("said", { label: large.label, counter: large.counter }) : part("message").textContent;
    if (part("said").textContent !== said) part("said").textContent = said;
  }

  function drawCalls(board, pending) {
    const soon = new Set(pending.map((call) => call.call_id));
    const shown = board.calls.filter((call) => call.call_id !== large?.call_id).slice(0, MOST_ROWS);
    rows.replaceChildren(...shown.map((call) => row(call, soon.has(call.call_id))));
  }

  function drawWaiting(board) {
    for (const item of part("waiting").children) item.lastElementChild.textContent = board.waiting[item.dataset.service] ?? 0;
    const notice = pick(board.notice ?? {});
    part("notice").textContent = notice;
    part("notice").hidden = !notice;
  }

  return {
    draw(board, { call, fresh, pending }) {
      drawStage(board, call, fresh);
      drawCalls(board, pending);
      drawWaiting(board);
      root.dataset.revision = board.revision;
      fitAll(root);
    },
    // The calls that can really be seen now, large or in the list.
    visible() {
      const ids = [...rows.children].filter((item) => !item.hidden).map((item) => Number(item.dataset.call));
      return large ? [large.call_id, ...ids] : ids;
    },
    fit: () => fitAll(root),
  };
}

function row(call, soon) {
  const item = document.createElement("li");
  item.dataset.call = call.call_id;
  item.dataset.state = soon ? "soon" : call.state;
  item.append(cell("last-label", setLabel(call.label)), cell("last-arrow", "→"), cell("last-counter", call.counter));
  item.lastElementChild.classList.toggle("long", call.counter.length > 3);
  return item;
}

function cell(name, content) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = content;
  return span;
}

function restartPulse(stage) {
  stage.classList.remove("pulse");
  void stage.offsetWidth; // the browser must see it gone, or it would not start anew
  stage.classList.add("pulse");
}

// Text is as large as its room allows: the script measures how many em wide it is, the style sheet divides.
function fitAll(root) {
  const list = root.querySelector(".last-calls");
  measure(root.querySelector(".stage-label"), "--label-em");
  measure(root.querySelector(".stage-to"), "--to-em");
  for (const item of list.children) item.hidden = false;
  measure(list, "--list-em");
  const bottom = list.parentElement.getBoundingClientRect().bottom + 1;
  for (const item of list.children) item.hidden = item.getBoundingClientRect().bottom > bottom;
}

function measure(element, name) {
  const width = element.getBoundingClientRect().width / parseFloat(getComputedStyle(element).fontSize);
  if (width > 0) element.style.setProperty(name, width.toFixed(3));
}
