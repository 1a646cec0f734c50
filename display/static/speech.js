// Speaks a call: in the ticket's language, then in the others of the layout, each by the server's clip or the browser's own voice.
import { clipAddress, fetchClip, playClip, sayable, speakText } from "/static/clips.js";
import { audioContext } from "/static/tones.js";
import { clock } from "/static/words.js";

const MOST_READY = 12; // clips held ready, about 200 KB each; who waits longer is fetched when the turn comes near

// languages: of the branch; texts: for each language the words of a call, "Number %(label)s, … %(counter)s", for the browser's voice.
export function makeSpeech({ branch, layout, languages, texts, now = () => new Date() }) {
  const { sound } = layout;
  const ready = new Map(); // address -> promise of the clip's bytes
  globalThis.speechSynthesis?.getVoices(); // some browsers begin to look for voices only when asked

  function languagesOf(call) {
    const own = sound.ticket_language ? [call.language ?? document.documentElement.lang] : [];
    const wanted = [...own, ...sound.languages].filter((language) => languages.includes(language));
    return wanted.length ? [...new Set(wanted)] : languages.slice(0, 1);
  }

  function preload(call) {
    if (!sound.speech || !call) return;
    for (const language of languagesOf(call)) {
      const address = clipAddress(branch, language, call);
      if (!ready.has(address)) ready.set(address, fetchClip(address));
      ready.get(address).catch(() => {}); // it is told when the clip is to be heard
    }
    while (ready.size > MOST_READY) ready.delete(ready.keys().next().value);
  }

  async function speakIn(language, call, options) {
    const address = clipAddress(branch, language, call);
    try {
      // Playing takes the bytes away; a repetition has them again from the browser's own store.
      const bytes = await (ready.get(address) ?? fetchClip(address));
      ready.delete(address);
      await playClip(bytes, options);
    } catch (error) {
      ready.delete(address);
      if (error.name === "NotAllowedError" || options.signal?.aborted) throw error;
      await speakText(language, words(language, call), options);
    }
  }

  function words(language, { label, counter }) {
    return (texts[language] ?? "%(label)s, %(counter)s").replace("%(label)s", sayable(label)).replace("%(counter)s", counter);
  }

  const volume = () => volumeAt(sound.volume, clock(now()));

  return {
    preload,
    volume,
    // Resolves when the visitor has heard it in the first language; what comes after is for the others.
    async speak(call, { signal } = {}) {
      const results = [];
      for (const language of languagesOf(call)) {
        results.push(await speakIn(language, call, { volume: volume(), signal }).catch((error) => error));
        if (signal?.aborted) break;
      }
      if (results[0] instanceof Error) throw results[0];
    },
    state() {
      if ((!sound.chime && !sound.speech) || volume() === 0) return "off";
      return audioContext().state === "running" ? "on" : "blocked";
    },
  };
}

// How loud it is at a time of the day, 0 to 1: the last entry before it holds, before the first one the last of all.
export function volumeAt(volumes, time) {
  const holds = volumes.findLast(({ from }) => from <= time) ?? volumes.at(-1);
  return holds ? holds.percent / 100 : 1;
}
