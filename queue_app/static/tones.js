// Soft tones made by the browser itself: no sound file to load, nothing to be out of tune with another.
let audio = null;

export function audioContext() {
  audio ??= new AudioContext();
  return audio;
}

// Whether tones may sound now; a browser may want a touch first.
export async function mayPlay() {
  const context = audioContext();
  if (context.state === "running") return true;
  await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 250))]).catch(() => {});
  return context.state === "running";
}

// Plays frequencies (Hz) one after the other; the promise ends when the last one has faded away.
export async function playTones(frequencies, { gapSeconds = 0.28, lengthSeconds = 1.1, loudness = 0.22 } = {}) {
  if (!(await mayPlay())) throw new DOMException("A touch is needed before sound may play", "NotAllowedError");
  const context = audioContext();
  const begin = context.currentTime + 0.03;
  const ends = frequencies.map((frequency, index) => tone(context, frequency, begin + index * gapSeconds, lengthSeconds, loudness));
  await ends.at(-1);
}

function tone(context, frequency, start, length, loudness) {
  const volume = context.createGain();
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  volume.connect(context.destination);
  const source = context.createOscillator();
  source.type = "sine";
  source.frequency.value = frequency;
  source.connect(volume);
  source.start(start);
  source.stop(start + length);
  return new Promise((done) => { source.onended = () => { volume.disconnect(); done(); }; });
}
