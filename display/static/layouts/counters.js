// Every counter in a cell of its own: its name, where it lies, the number that is there, or how it stands in words.
import { label as setLabel, text } from "/static/words.js";
import { arrow, make, nameOf, pulse } from "../elements.js";
import { emWidth, typeOf } from "../measure.js";
import { makePages } from "../pages.js";

const AT_COUNTER = new Set(["called", "serving"]);
const LEAST_LABEL = 9; // % of the height; smaller, and the counters take turns page by page
const LONG_NAME = 12; // letters; beyond, the name takes two lines
const SHARE = 0.46; // of a cell's height, the most for the label
const LINE_EM = 1.3; // a line of words in a cell, with its share of the gaps

export function makeCounters(room, layout) {
  const grid = make("ol", "cells");
  const around = make("section", "counters", grid);
  around.setAttribute("aria-label", text("counters"));
  room.replaceChildren(around);
  const cells = new Map(); // counter -> its cell
  const pages = makePages(around, () => fit());

  function cellOf(counter) {
    const name = nameOf("span", "cell-name", counter);
    const parts = { word: make("p", "cell-word"), label: make("p", "cell-label") };
    const direction = layout.arrows[counter];
    const head = make("p", "cell-head", name, ...(direction ? [arrow(direction)] : []));
    return { element: make("li", "cell", head, parts.label, parts.word), ...parts };
  }

  function drawCell({ counter, state }, call, { large, fresh }) {
    const { element, label, word } = cells.get(counter);
    const newest = call !== undefined && call.call_id === large?.call_id;
    const before = element.dataset.call;
    element.dataset.call = call?.call_id ?? "";
    element.dataset.state = call ? "called" : state;
    element.dataset.newest = newest ? (fresh ? "calling" : "rest") : "";
    label.textContent = call ? setLabel(call.label) : "";
    word.textContent = newest ? text(fresh ? "now" : "last") : call ? "" : text(`counter_${state}`);
    if (newest && fresh && before !== element.dataset.call) pulse(element);
  }

  function draw({ board, large, fresh }) {
    for (const { counter } of board.counters) if (!cells.has(counter)) cells.set(counter, cellOf(counter));
    const elements = board.counters.map(({ counter }) => cells.get(counter).element);
    if (elements.some((element, index) => grid.children[index] !== element) || grid.children.length !== elements.length) grid.replaceChildren(...elements);
    for (const each of board.counters) {
      drawCell(each, board.calls.find((call) => call.counter === each.counter && AT_COUNTER.has(call.state)), { large, fresh });
    }
    const called = elements.findIndex((element) => element.dataset.newest === "calling");
    if (called >= 0 && elements[called].hidden) pages.go(Math.floor(called / perPage));
  }

  let perPage = 1;

  // The columns that make the labels largest; with too many counters for one page, as many of them as can still be read.
  function fit() {
    const { clientWidth: width, clientHeight: height } = around;
    const number = grid.children.length;
    if (!number || !width || !height) return;
    for (const item of grid.children) item.hidden = false;
    const em = Math.max(2.4, ...[...cells.values()].map(({ label }) => (label.textContent ? emWidth(label) : 0)));
    const least = (LEAST_LABEL / 100) * window.innerHeight;
    const lines = [...cells.keys()].some((name) => name.length > LONG_NAME) ? 3 : 2; // the name and the word
    const size = { width, height, em, words: lines * LINE_EM * typeOf(around) };
    perPage = number;
    let best = bestColumns(perPage, size);
    while (best.type < least && perPage > 1) best = bestColumns(--perPage, size);
    const page = pages.of(Math.ceil(number / perPage));
    [...grid.children].forEach((item, index) => { item.hidden = Math.floor(index / perPage) !== page; });
    grid.style.setProperty("--columns", best.columns);
    grid.style.setProperty("--rows", Math.ceil(perPage / best.columns));
    grid.style.setProperty("--label", `${best.type.toFixed(2)}px`);
  }

  return {
    draw,
    fit,
    calls: () => [...cells.values()].filter(({ element }) => element.dataset.call && element.isConnected && !element.hidden)
      .map(({ element, label }) => [Number(element.dataset.call), label]),
    stop: pages.stop,
  };
}

function bestColumns(number, { width, height, em, words }) {
  let best = { type: 0, columns: 1 };
  for (let columns = 1; columns <= number; columns++) {
    const cell = height / Math.ceil(number / columns);
    const type = Math.min(((width / columns) * 0.84) / em, cell * SHARE, cell - words);
    if (type > best.type) best = { type, columns };
  }
  return best;
}
