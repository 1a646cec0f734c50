// Spoken calls: the server's clip, else the browser's own voice. Each ends in a bounded time; only what was really heard resolves.
import { audioContext, mayPlay } from "./tones.js";

const FETCH_MS = 5000; // for a clip that the server has to make first; as a rule it takes a tenth of a second
const LATE_MS = 2000; // a sound that has not ended so long after its time does not play at all
const LETTER_MS = 150; // so long the browser's voice may take for each letter

export function clipAddress(branch, language, { label, counter }) {
  return `/display/${branch}/speech/${language}/${encodeURIComponent(label)}/${encodeURIComponent(counter)}.wav`;
}

export async function fetchClip(address) {
  const answer = await fetch(address, { headers: { Accept: "audio/wav, application/json" }, signal: AbortSignal.timeout(FETCH_MS) });
  if (!answer.ok) throw new Error(`no clip: ${answer.status}`);
  return answer.arrayBuffer();
}

// volume: 0 to 1; signal: stops the sound at once.
export async function playClip(bytes, { volume = 1, signal } = {}) {
  if (!(await mayPlay())) throw new DOMException("A touch is needed before sound may play", "NotAllowedError");
  const context = audioContext();
  const buffer = await within(context.decodeAudioData(bytes), FETCH_MS, signal);
  const source = new AudioBufferSourceNode(context, { buffer });
  const gain = new GainNode(context, { gain: volume });
  source.connect(gain).connect(context.destination);
  const ended = new Promise((done) => { source.onended = done; });
  source.start();
  try {
    await within(ended, buffer.duration * 1000 + LATE_MS, signal);
  } finally {
    source.onended = null;
    source.stop();
    gain.disconnect();
  }
}

// The browser's own voice, where it has one of the language.
export async function speakText(language, words, { volume = 1, signal } = {}) {
  const voice = globalThis.speechSynthesis?.getVoices().find(({ lang }) => lang.toLowerCase().split(/[-_]/)[0] === language);
  if (!voice) throw new Error(`no voice for ${language}`);
  const utterance = Object.assign(new SpeechSynthesisUtterance(words), { voice, lang: voice.lang, volume, rate: 0.9 });
  const ended = new Promise((done, fail) => { Object.assign(utterance, { onend: done, onerror: ({ error }) => fail(new Error(error)) }); });
  speechSynthesis.speak(utterance);
  try {
    await within(ended, words.length * LETTER_MS + LATE_MS, signal);
  } finally {
    speechSynthesis.cancel();
  }
}

// A label as the browser's voice is given it: "A 17" for A017.
export function sayable(label) {
  return label.replace(/^(\D*)0*(?=\d)/, (_, letters) => [...letters, ""].join(" "));
}

function within(promise, ms, signal) {
  return new Promise((done, fail) => {
    const end = () => fail(signal.reason);
    const timer = setTimeout(() => fail(new Error("too long")), ms);
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
    promise.then(done, fail).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    });
  });
}
