// When somebody comes to a desk that had nobody: the title flashes until the clerk looks, and a soft tone sounds if it is wanted.
import { callable } from "./desk_callable.js";
import { playTones } from "./tones.js";
import { text } from "./words.js";

const SOUND_KEY = "desk-sound";
const TONE = 587.33; // Hz, d″

export function makeBell(root, title) {
  const button = root.querySelector('[data-part="bell"]');
  const words = root.querySelector('[data-part="bell-words"]');
  const wanted = () => localStorage.getItem(SOUND_KEY) !== "off";

  function draw() {
    words.textContent = text(wanted() ? "sound_on" : "sound_off");
    button.setAttribute("aria-checked", String(wanted()));
  }

  function play() {
    if (wanted()) playTones([TONE], { loudness: 0.12, lengthSeconds: 0.8 }).catch(() => {});
  }

  button.addEventListener("click", () => {
    localStorage.setItem(SOUND_KEY, wanted() ? "off" : "on");
    draw();
    play();
  });
  draw();

  return {
    follow(before, after) {
      const idle = after.counter.state === "open" && !after.counter.ticket;
      const now = Date.parse(after.server_time);
      if (!idle || !callable(after, now).length) return title.rest();
      if (before && !callable(before, Date.parse(before.server_time)).length) {
        title.flash(`● ${text("somebody_came")}`);
        play();
      }
    },
  };
}
