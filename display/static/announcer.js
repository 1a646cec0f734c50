// The announcement queue: one call after the other, in the order they come. Chime, then the words, repeated and with a pause as the
// layout says. While others wait for their turn nothing is cut, but nothing is said twice either, and the chime sounds for the first
// one only. Whatever cannot be heard is left behind: the line never stalls.
export const LONGEST_MS = 120000; // so long the sound of one call may last, whatever happens
const ROW_PAUSE_MS = 1000; // the longest pause while others wait

const after = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));

// chime(volume), speech: what makes the sound; heard(call): it really was; waiting(): the calls that have no turn yet.
export function makeAnnouncer({ sound, chime, speech, heard, waiting = () => [] }) {
  const line = [];
  let last = Promise.resolve();
  let inRow = false;
  let ended = -Infinity;

  const next = () => line[0] ?? waiting()[0];
  const pause = () => (next() || inRow ? Math.min(sound.pause_seconds * 1000, ROW_PAUSE_MS) : sound.pause_seconds * 1000);

  function unlessWordsMayFollow(error) {
    if (!sound.speech || error.name === "NotAllowedError") throw error;
  }

  async function words(call, signal) {
    speech.preload(next());
    await speech.speak(call, { signal });
    heard(call);
    for (let time = 1; time < sound.repeat && !next() && !signal.aborted; time += 1) {
      speech.preload(call);
      await after(pause());
      if (!next()) await speech.speak(call, { signal });
    }
  }

  async function play(call, signal) {
    await after(ended + pause() - performance.now());
    if (speech.state() === "off") return;
    speech.preload(call);
    if (sound.chime && !(inRow && sound.speech)) await chime(speech.volume()).catch(unlessWordsMayFollow);
    if (sound.speech) await words(call, signal);
    else heard(call);
  }

  async function turn() {
    const call = line.shift();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error("too long")), LONGEST_MS);
    await play(call, stop.signal).catch(() => {}); // not heard, and so not told as spoken
    clearTimeout(timer);
    ended = performance.now();
    inRow = Boolean(next());
  }

  return (call) => {
    line.push(call);
    last = last.then(turn);
    return last;
  };
}
