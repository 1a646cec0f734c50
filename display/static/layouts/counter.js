// A small screen above one counter: its name, and the number called there or how it stands in words.
import { label as setLabel, text } from "/static/words.js";
import { arrow, make, nameOf, pulse } from "../elements.js";
import { emWidth } from "../measure.js";

const AT_COUNTER = new Set(["called", "serving"]);
const WORDS = { open: "counter_next", paused: "counter_break", closed: "counter_shut", wrap_up: "counter_wrap_up" };

export function makeCounter(room, layout) {
  const label = make("p", "own-label");
  const word = make("p", "own-word");
  const name = nameOf("p", "own-name", layout.counter);
  const direction = layout.arrows[layout.counter];
  if (direction) name.append(" ", arrow(direction));
  const own = make("section", "own", name, make("div", "own-room", label, word));
  room.replaceChildren(own);
  let call;

  return {
    draw({ board, large, fresh }) {
      const before = call?.call_id;
      call = board.calls.find((each) => each.counter === layout.counter && AT_COUNTER.has(each.state));
      const now = fresh && call !== undefined && call.call_id === large?.call_id;
      own.dataset.state = now ? "calling" : call ? "rest" : "message";
      label.textContent = call ? setLabel(call.label) : "";
      const state = board.counters[0]?.state ?? "closed";
      word.textContent = now ? text("now") : call ? "" : text(WORDS[state]);
      if (now && call.call_id !== before) pulse(own);
    },
    fit() { label.style.setProperty("--label-em", Math.max(1, emWidth(label)).toFixed(3)); },
    calls: () => (call ? [[call.call_id, label]] : []),
    stop() {},
  };
}
