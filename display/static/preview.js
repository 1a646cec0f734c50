// The preview of a layout within its editor: draws a sample board with the layout that the page around it sends.
//
// From the page around: {layout: {…}}, whole or in part. To it: {ready: true} once, and {fits: {…}} (sizes.js) after each drawing.
import { install } from "./board.js";
import { day } from "./dates.js";
import { facts } from "./facts.js";
import { tellTime } from "./house.js";
import { startMedia } from "./media.js";
import { smallestType } from "./measure.js";
import { makeScreen } from "./screen.js";
import { fits } from "./sizes.js";

export default function preview(root) {
  const board = install(JSON.parse(document.getElementById("board").textContent));
  root.board = board;
  let screen = null;
  let media = null;
  let layout = facts.layout;

  function draw() {
    const [call] = board.calls.filter((each) => layout.kind !== "counter" || each.counter === layout.counter);
    screen.draw(board, { call: call ?? null, fresh: call !== undefined, pending: [] });
    tell({ fits: fits(layout, smallestType(root)) });
  }

  function take(wish) {
    layout = filled(facts.layout, wish);
    screen?.stop();
    media?.stop();
    screen = makeScreen(root, layout, async () => facts.waits);
    draw();
    media = startMedia(root, layout, draw);
  }

  function tell(message) {
    if (window.parent !== window) window.parent.postMessage(message, location.origin);
  }

  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === window.parent && data?.layout) take(data.layout);
  });
  new ResizeObserver(draw).observe(root.querySelector('[data-part="view"]'));
  tellTime(root.querySelector('[data-part="clock"]'), () => 0);
  tellTime(root.querySelector('[data-part="date"]'), () => 0, day);
  document.fonts.ready.then(() => { screen.refit(); draw(); tell({ ready: true }); });
  take({});
}

// What the wish leaves out is as usual; lists are taken whole.
function filled(usual, wish) {
  return Object.fromEntries(Object.entries(usual).map(([key, value]) => {
    if (!(key in wish)) return [key, value];
    const deeper = value !== null && typeof value === "object" && !Array.isArray(value) && key !== "arrows";
    return [key, deeper ? filled(value, wish[key]) : wish[key]];
  }));
}
