// Makes the small pieces that several layouts have: an element with words, the arrow to a counter, a counter's name.
import { text } from "/static/words.js";

export function make(name, className, ...content) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

const ARROW = "M3 12h17M12 4l8 8-8 8";
const SVG = "http://www.w3.org/2000/svg";

// Drawn, not typed: a television's fonts may have no slanting arrow. Where to is also said in words.
export function arrow(direction) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ARROW);
  picture.append(path);
  const element = make("span", "arrow", picture);
  if (direction) {
    element.dataset.direction = direction;
    element.append(make("span", "visually-hidden", text(`where_${direction}`)));
  }
  return element;
}

// "Cash desk" speaks for itself; "5" does not.
export function speaksForItself(counter) {
  return /\p{L}{3}/u.test(counter);
}

export function counterName(counter) {
  return speaksForItself(counter) ? counter : text("counter_of", { counter }).replaceAll(" ", "\u00a0");
}

// A name that gets smaller before one of its words has to be broken.
export function nameOf(name, className, counter) {
  const element = make(name, className, counterName(counter));
  element.style.setProperty("--longest", Math.max(...element.textContent.split(" ").map((word) => word.length)));
  return element;
}

// Lets an element pulse once.
export function pulse(element) {
  element.classList.remove("pulse");
  void element.offsetWidth; // the browser must see it gone, or it would not start anew
  element.classList.add("pulse");
}
