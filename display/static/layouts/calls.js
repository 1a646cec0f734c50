// Now serving, and the last calls beside it (below it where the room is high).
import { makeList } from "./list.js";
import { makeStage } from "./stage.js";

export function makeCalls(room, layout) {
  const stage = makeStage(layout);
  const list = makeList(layout);
  room.replaceChildren(stage.element, list.element);
  return {
    draw(state) { stage.draw(state); list.draw(state); },
    fit(anyway) { stage.fit(anyway); list.fit(anyway); },
    calls: (state) => [...stage.calls(state), ...list.calls()],
    stop() {},
  };
}
