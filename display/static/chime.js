// The chime before a call: two soft tones downwards; and the button for browsers that want a touch before any sound.
import { audioContext, mayPlay, playTones } from "/static/tones.js";

const DING = 659.25; // Hz, e″
const DONG = 523.25; // Hz, c″
const LOUDNESS = 0.22;
const LONGEST_MS = 4000;

// wanted: whether this screen makes any sound; where it makes none, nobody is asked to touch it.
export function makeChime(button, wanted) {
  if (!wanted) return async () => {};
  async function offer() {
    button.hidden = await mayPlay();
  }
  // Any touch of the page is as good as one of the button.
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, offer);
  audioContext().addEventListener("statechange", () => { button.hidden = audioContext().state === "running"; });
  offer();

  return async function chime(volume) {
    let timer;
    const limit = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("too long")), LONGEST_MS); });
    try {
      await Promise.race([playTones([DING, DONG], { loudness: LOUDNESS * volume }), limit]);
    } catch (error) {
      button.hidden = audioContext().state === "running";
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
