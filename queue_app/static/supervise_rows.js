// What the tables of the supervisor's pages share: rows that stay while they are wanted, words, and the bar of a wait.
import { text } from "./words.js";

// Returns draw(things, key): rows are made once and filled anew, so that neither the focus nor an open list is lost.
export function keepRows(body, make, fill) {
  const rows = new Map();
  return (things, key) => {
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const wanted = things.map((thing) => {
      const row = rows.get(key(thing)) ?? make(thing);
      rows.set(key(thing), row);
      row.thing = thing;
      fill(row, thing);
      return row;
    });
    const kept = new Set(wanted);
    for (const [id, row] of rows) if (!kept.has(row)) { row.remove(); rows.delete(id); }
    wanted.forEach((row, place) => { if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null); });
    // A row that was put elsewhere loses the focus on its way.
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  };
}

export function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function minutes(seconds) {
  return Math.max(0, Math.floor(seconds / 60));
}

const TARGET_AT = 0.4; // where on the bar the target stands; supervise.css draws a line there

// A wait against its target: the words say it all, the bar only makes it quick to see.
export function fillWait(cell, waits, target) {
  const over = waits - target;
  const [words, track] = cell.children;
  cell.dataset.over = over > 0 ? "yes" : "no";
  put(words.children[0], text("minutes", { minutes: minutes(waits) }));
  put(words.children[1], over > 0 ? `▲ ${text("over_by", { minutes: Math.max(1, minutes(over)), target: minutes(target) })}` : text("of_target", { target: minutes(target) }));
  track.firstElementChild.style.inlineSize = `${Math.min(1, (waits / Math.max(1, target)) * TARGET_AT) * 100}%`;
}

export const WAIT_CELL = '<p><b></b> <span></span></p><span class="bar" aria-hidden="true"><i></i></span>';

// The choices of a list, kept as they are while somebody has it open.
export function fillChoices(select, choices, chosen) {
  const told = choices.map(([value, words]) => `${value} ${words}`).join("\n");
  if (select.dataset.told !== told) {
    const before = select.value;
    select.replaceChildren(...choices.map(([value, words]) => new Option(words, value)));
    select.value = before;
    select.dataset.told = told;
  }
  if (chosen !== undefined) select.value = chosen;
}
