// The service menu: one list of buttons at a time, with the way back, and where one is above the question.
import { text } from "/static/words.js";
import { carriedGroup } from "./carried.js";

const DEAF_MS = 500; // the second half of a double touch must not press what has just come under it

export function serviceMenu(main, stage, moved) {
  const lists = [...main.querySelectorAll("[data-level]")];
  const heading = main.querySelector("#question");
  const question = heading.textContent;
  const trail = main.querySelector('[data-part="trail"]');
  const steps = main.querySelector('[data-part="steps"]');
  const top = main.querySelector('[data-part="top"]');
  let current = 0;
  let movedAt = -Infinity;
  const deaf = () => performance.now() - movedAt < DEAF_MS;

  const above = (level) => (level === 0 ? null : Number(lists[level].dataset.above));
  const nameOf = (level) => lists[level].dataset.name;

  function path() {
    const found = [];
    for (let level = above(current); level !== null; level = above(level)) found.unshift(level === 0 ? text("all_services") : nameOf(level));
    return found;
  }

  function show(level) {
    current = lists[level] ? level : 0;
    for (const [number, list] of lists.entries()) list.hidden = number !== current;
    heading.textContent = current === 0 ? question : nameOf(current);
    trail.hidden = steps.hidden = current === 0;
    trail.querySelector("ol").replaceChildren(...path().map((name) => {
      const item = document.createElement("li");
      item.textContent = name;
      return item;
    }));
    top.hidden = current === 0 || above(current) === 0;
    lists[current].scrollTo({ top: 0 });
    moved();
  }

  function enter(level) {
    if (deaf()) return;
    show(level);
    movedAt = performance.now();
    heading.focus({ preventScroll: true });
  }

  // Back to the button that one came by: whoever uses keys or hears the page goes on from there.
  function up() {
    if (deaf()) return;
    const from = current;
    show(above(from));
    movedAt = performance.now();
    lists[current].querySelector(`[data-opens="${from}"]`)?.focus({ preventScroll: true });
  }

  for (const button of main.querySelectorAll("[data-opens]")) button.addEventListener("click", () => enter(Number(button.dataset.opens)));
  main.querySelector('[data-part="up"]').addEventListener("click", up);
  top.addEventListener("click", () => enter(0));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && stage.current === "start" && current !== 0) up();
  });

  return {
    open: () => show(carriedGroup()),
    home() { if (current !== 0) show(0); },
    deaf,
    get current() { return current; },
    get list() { return lists[current]; },
    lists,
  };
}
