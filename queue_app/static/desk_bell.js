// When somebody comes to a desk that had nobody: the title blinks until the clerk looks, and a soft tone sounds if it is wanted.
import { playTones } from "./tones.js";
import { text } from "./words.js";

const SOUND_KEY = "desk-sound";
const BLINK_MS = 900;
const TONE = 587.33; // Hz, d″

export function makeBell(root) {
  const button = root.querySelector('[data-part="bell"]');
  let blinking = null;
  const wanted = () => localStorage.getItem(SOUND_KEY) !== "off";

  function draw() {
    button.textContent = text(wanted() ? "sound_on" : "sound_off");
    button.setAttribute("aria-pressed", String(wanted()));
  }

  function stop() {
    clearInterval(blinking);
    blinking = null;
  }

  function blink() {
    stop();
    let on = false;
    blinking = setInterval(() => {
      on = !on;
      if (on) document.title = `● ${text("somebody_came")}`;
      else document.title = root.querySelector('[data-part="counter"]').textContent;
    }, BLINK_MS);
  }

  button.addEventListener("click", () => {
    localStorage.setItem(SOUND_KEY, wanted() ? "off" : "on");
    draw();
  });
  for (const kind of ["focus", "pointermove", "keydown"]) addEventListener(kind, stop);
  draw();

  return {
    follow(before, after) {
      const idle = after.counter.state === "open" && !after.counter.ticket;
      if (!idle || !after.waiting.length) return stop();
      if (before && !before.waiting.length) {
        blink();
        if (wanted()) playTones([TONE], { loudness: 0.12, lengthSeconds: 0.8 }).catch(() => {});
      }
    },
  };
}
