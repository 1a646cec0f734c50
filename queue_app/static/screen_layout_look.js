// The preview: the screen's own page with a sample board in a frame, drawn at its real size and made smaller; it says how far what
// it drew can be read.
import { text } from "./words.js";

const SMALL = [800, 480]; // a small panel has one size
const MOST_HEIGHT = 0.56; // of the window, for the portrait one
const PAUSE_MS = 150; // after a change by hand

export function makeLook(root, capitalPerDistance) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const frame = part("frame");
  const shape = part("shape");
  const size = part("size");
  let layout = null;
  let ready = false;
  let soon = null;

  function sizeOf() {
    if (shape.value === "small") return SMALL;
    const low = Number(size.value);
    const high = (low * 16) / 9;
    return shape.value === "portrait" ? [low, high] : [high, low];
  }

  function fit() {
    const [width, height] = sizeOf();
    const scale = Math.min((part("stage").clientWidth - 16) / width, (window.innerHeight * MOST_HEIGHT) / height);
    size.disabled = shape.value === "small";
    Object.assign(frame.style, { width: `${width}px`, height: `${height}px`, transform: `scale(${scale})` });
    Object.assign(part("glass").style, { width: `${width * scale}px`, height: `${height * scale}px` });
    part("look-words").textContent = text("look_words", { width, height });
  }

  function post() {
    if (ready && layout) frame.contentWindow.postMessage({ layout }, location.origin);
  }

  // In words: how high the smallest letters are on this screen, how far that can be read, and whether that is enough.
  function tell({ everything, numbers, everything_metres: metres, numbers_metres: numbersMetres }) {
    const place = part("letters");
    const cm = (distance) => number(distance * capitalPerDistance * 100);
    const facts = { metres: number(metres), centimetres: cm(metres), numbers: number(numbersMetres), distance: number(layout.distance_metres), least: cm(layout.distance_metres) };
    const words = text(everything ? "letters" : numbers ? "letters_numbers" : "letters_small", facts);
    place.dataset.enough = everything ? "yes" : numbers ? "numbers" : "no";
    if (place.textContent !== words) place.textContent = words;
  }

  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== frame.contentWindow) return;
    if (data.ready) {
      ready = true;
      post();
    }
    if (data.fits && ready && layout) tell(data.fits);
  });
  frame.src = frame.dataset.source;
  new ResizeObserver(fit).observe(part("stage"));
  for (const select of [shape, size]) select.addEventListener("change", fit);
  return {
    show(now) {
      layout = now;
      clearTimeout(soon);
      soon = setTimeout(post, PAUSE_MS);
    },
  };
}

function number(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
