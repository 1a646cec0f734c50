// Draws the board as the screen's layout has it. What stands large comes from the turns; everything else from the board as it is.
import { call as ask } from "/static/api.js";
import { pick, text } from "/static/words.js";
import { facts } from "./facts.js";
import { makeCalls } from "./layouts/calls.js";
import { makeCounter } from "./layouts/counter.js";
import { makeCounters } from "./layouts/counters.js";
import { makeLastCall } from "./layouts/last_call.js";
import { makeSound } from "./layouts/sound.js";
import { makeWaiting } from "./layouts/waiting.js";
import { seen } from "./measure.js";
import { makeNotice } from "./notice.js";
import { bodyType } from "./sizes.js";
import { inWords } from "./words_of.js";
import { onlyZone } from "./zone.js";

const KINDS = { calls: makeCalls, last_call: makeLastCall, counters: makeCounters, waiting: makeWaiting, counter: makeCounter, sound: makeSound };

// waits: () -> a promise of the services with their forecasts.
export function makeScreen(root, layout, waits = () => ask("GET", `/branches/${root.dataset.branch}`).then((branch) => branch.services)) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  root.dataset.kind = layout.kind;
  root.style.setProperty("--body", bodyType(layout).toFixed(3));
  const notice = makeNotice(part("notice"));
  const view = KINDS[layout.kind](part("view"), layout, { services: facts.services, waits });
  let state = null;

  showParts(part, layout);

  function drawFoot(board) {
    for (const item of part("waiting").children) {
      item.hidden = !(item.dataset.service in board.waiting);
      item.lastElementChild.textContent = board.waiting[item.dataset.service] ?? 0;
    }
    notice.show(layout.show.notice ? pick(board.notice ?? {}) : "");
    part("foot").hidden = part("notice").hidden && part("waiting").hidden;
  }

  function say() {
    const words = state.large ? (state.fresh ? inWords(state.large, layout) : "") : text(state.instead ?? "start");
    if (part("said").textContent !== words) part("said").textContent = words;
    root.dataset.newest = state.large?.label ?? "";
  }

  return {
    draw(whole, { call, fresh, pending }) {
      const board = onlyZone(whole, layout);
      const instead = fresh ? null : message(board);
      state = { board, large: instead ? null : call, fresh, pending, instead };
      drawFoot(board);
      view.draw(state);
      say();
      root.dataset.revision = board.revision;
      view.fit();
    },
    // The calls that can really be seen now, of those that are wanted. wanted: id -> boolean.
    visible: (wanted = () => true) => (state ? view.calls(state).filter(([id, element]) => wanted(id) && seen(element, part("view"))).map(([id]) => id) : []),
    refit: () => view.fit(true),
    stop() { view.stop(); notice.stop(); },
  };
}

function showParts(part, { kind, show }) {
  part("clock").hidden = !show.clock;
  part("date").hidden = !show.date;
  // The layout by services says it larger; a loudspeaker and the screen above a counter are for other things.
  const waiting = show.waiting && (kind === "calls" || kind === "last_call" || kind === "counters");
  part("waiting").hidden = part("waiting-word").hidden = !waiting;
}

// Nobody can be called: said in words, large, unless somebody still stands called.
function message(board) {
  const states = board.counters.map((counter) => counter.state);
  if (board.calls.some((call) => call.state === "called")) return null;
  if (states.length && states.every((state) => state === "closed")) return "closed";
  if (!states.includes("open") && states.includes("paused")) return "pause";
  return board.calls.length ? null : "start";
}
