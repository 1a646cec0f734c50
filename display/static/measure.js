// Measures what was drawn: how wide text is, whether something can really be seen, which text is the smallest.
const NUMBERS = ".stage-label, .stage-counter, .last-label, .last-counter, .cell-label, .cell-name, .own-label, .own-name";
const FOR_HANDS = ".lobby-sound, .ribbon"; // read by who stands before the screen, or nobody's business from afar

// The width of an element in em of its own type.
export function emWidth(element) {
  return element.getBoundingClientRect().width / typeOf(element);
}

export function typeOf(element) {
  return parseFloat(getComputedStyle(element).fontSize);
}

// Fits what was drawn into `room`, where that, the room or the screen has changed since; to measure is to lay out the page several
// times, and most events change nothing large. drawn() -> what the work depends on; fit(true): in any case, as for other fonts.
export function whenChanged(room, drawn, work) {
  let before = "";
  return (anyway = false) => {
    const now = JSON.stringify([room.clientWidth, room.clientHeight, window.innerHeight, drawn()]);
    if (now === before && !anyway) return;
    before = now;
    work();
  };
}

// Whether all of an element lies in `room` with nothing on top of it.
export function seen(element, room) {
  const box = element.getBoundingClientRect();
  const around = room.getBoundingClientRect();
  if (box.width < 1 || box.height < 1 || !element.checkVisibility()) return false;
  if (box.left < around.left - 1 || box.top < around.top - 1 || box.right > around.right + 1 || box.bottom > around.bottom + 1) return false;
  const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return top !== null && (element.contains(top) || top.contains(element));
}

// The smallest type in sight, in % of the height: {numbers, everything}; what must be read from afar alone.
export function smallestType(root) {
  const smallest = { numbers: Infinity, everything: Infinity };
  for (const element of root.querySelectorAll("*")) {
    if (!hasWords(element) || !element.checkVisibility() || element.closest(`.visually-hidden, ${FOR_HANDS}`)) continue;
    const type = (typeOf(element) / window.innerHeight) * 100;
    smallest.everything = Math.min(smallest.everything, type);
    if (element.closest(NUMBERS)) smallest.numbers = Math.min(smallest.numbers, type);
  }
  return smallest;
}

function hasWords(element) {
  return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
}
