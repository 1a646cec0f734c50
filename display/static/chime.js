// The chime before a call: two soft tones downwards; and the button for browsers that want a touch before any sound.
import { audioContext, mayPlay, playTones } from "/static/tones.js";

const DING = 659.25; // Hz, e″
const DONG = 523.25; // Hz, c″

export function makeChime(button) {
  async function offer() {
    button.hidden = await mayPlay();
  }
  // Any touch of the page is as good as one of the button.
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, offer);
  audioContext().addEventListener("statechange", () => { button.hidden = audioContext().state === "running"; });
  offer();

  return async function chime() {
    try {
      await playTones([DING, DONG]);
    } catch (error) {
      button.hidden = false;
      throw error;
    }
  };
}
