// The button that takes the last action back, with the seconds that are left; gone when they are.
import { label as setLabel, text } from "./words.js";

export function makeUndo(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const button = root.querySelector('[data-act="undo"]');
  let ends = 0; // by this machine's clock, in milliseconds

  const left = () => Math.ceil((ends - Date.now()) / 1000);

  function tick() {
    const seconds = left();
    if (seconds > 0) part("undo-left").textContent = String(seconds);
    if (seconds <= 0 && button.matches(":focus")) part("now").focus({ preventScroll: true });
    button.hidden = seconds <= 0;
  }

  return {
    left,
    heard({ undo }) {
      ends = undo ? Date.now() + undo.seconds_left * 1000 : 0;
      if (undo) part("undo-of").textContent = text(`undo_${undo.kind}`, { label: setLabel(undo.label) });
      tick();
    },
    tick,
  };
}
