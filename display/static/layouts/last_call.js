// The last call alone, over the full width.
import { makeStage } from "./stage.js";

export function makeLastCall(room, layout) {
  const stage = makeStage(layout);
  room.replaceChildren(stage.element);
  return { draw: stage.draw, fit: stage.fit, calls: stage.calls, stop() {} };
}
