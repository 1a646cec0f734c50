// A chime when the number is called. A phone lets a page sound only after a touch, hence the button.
import { text } from "./words.js";

const NOTES_HZ = [659.3, 523.3, 659.3]; // three calm notes, not an alarm
const NOTE_SECONDS = 0.45;

export function sound(main) {
  const button = main.querySelector('[data-part="sound"]');
  let audio = null;
  if (!("AudioContext" in window)) return { ring() {}, hide() {} };
  button.hidden = main.querySelector('[data-part="tools"]').dataset.over === "yes";

  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on ? "true" : "false");
    button.textContent = text(on ? "sound_on" : "sound_off");
    audio ??= new AudioContext();
    if (on) play(audio, NOTES_HZ.slice(0, 1)); // heard once, so that its loudness is known
  });

  return {
    ring() {
      if (audio && button.getAttribute("aria-pressed") === "true") play(audio, NOTES_HZ);
    },
    hide() {
      button.hidden = true;
    },
  };
}

async function play(audio, notes) {
  await audio.resume();
  notes.forEach((frequency, index) => {
    const begin = audio.currentTime + index * NOTE_SECONDS;
    const note = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.4, begin + 0.02);
    volume.gain.setValueAtTime(0.4, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + NOTE_SECONDS * 1.6);
    note.connect(volume).connect(audio.destination);
    note.start(begin);
    note.stop(begin + NOTE_SECONDS * 1.6);
  });
}
