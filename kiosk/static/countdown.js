// Back to the start by itself, with the seconds in sight; a touch on the button or Escape goes at once.
import { text } from "/static/words.js";

const DEAF_MS = 700; // the second half of a double touch must not press the button that has just come under it

export function countdown(section, button, leave) {
  const element = section.querySelector('[data-part="countdown"]');
  let timer = null;
  let end = 0;
  let shownAt = 0;

  const go = () => { if (timer !== null && performance.now() - shownAt > DEAF_MS) leave(); };
  button.addEventListener("click", go);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") go(); });

  function draw() {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= 0) return leave();
    element.textContent = text("back_in", { seconds });
  }

  return {
    // Whether a touch may still be the second half of the one that led here.
    deaf: () => performance.now() - shownAt <= DEAF_MS,
    start(seconds) {
      if (timer === null) shownAt = performance.now();
      clearInterval(timer);
      end = performance.now() + seconds * 1000;
      timer = setInterval(draw, 250);
      draw();
    },
    stop() {
      clearInterval(timer);
      timer = null;
    },
  };
}
