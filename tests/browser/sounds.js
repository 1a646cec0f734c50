// Put into a page before its own scripts: writes down every sound that really starts and ends, and answers for the clips.
{
  const realFetch = globalThis.fetch.bind(globalThis);
  const began = performance.now();
  globalThis.sounds = []; // {kind, seconds, volume, from, to}: milliseconds of the page's life
  globalThis.asked = []; // the clips that were asked for, "cs/A001/1"
  globalThis.answers = {}; // label -> "refused", "garbage", "hangs"; else a short sound whose length tells the label

  function wav(seconds) {
    const samples = Math.round(seconds * 22050);
    const view = new DataView(new ArrayBuffer(44 + 2 * samples));
    const text = (at, words) => [...words].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
    text(0, "RIFF");
    view.setUint32(4, 36 + 2 * samples, true);
    text(8, "WAVEfmt ");
    [[16, 16, 32], [20, 1, 16], [22, 1, 16], [24, 22050, 32], [28, 44100, 32], [32, 2, 16], [34, 16, 16]].forEach(([at, value, bits]) => view[`setUint${bits}`](at, value, true));
    text(36, "data");
    view.setUint32(40, 2 * samples, true);
    for (let index = 0; index < samples; index += 1) view.setInt16(44 + 2 * index, 3000 * Math.sin(index / 8), true);
    return view.buffer;
  }

  // A001 lasts 42 ms, A002 44 ms, …
  globalThis.secondsOf = (label) => 0.04 + 0.002 * Number(label.replace(/\D/g, ""));

  globalThis.fetch = (address, options) => {
    const [, what] = /\/speech\/(.*)\.wav$/.exec(address) ?? [];
    if (!what) return realFetch(address, options);
    globalThis.asked.push(what);
    const label = what.split("/")[1];
    switch (globalThis.answers[label]) {
      case "refused": return Promise.resolve(new Response("{}", { status: 503 }));
      case "garbage": return Promise.resolve(new Response(new Uint8Array(100)));
      case "hangs": return new Promise((_, fail) => options.signal.addEventListener("abort", () => fail(options.signal.reason)));
      default: return Promise.resolve(new Response(wav(globalThis.secondsOf(label))));
    }
  };

  function listen(kind, lengthOf) {
    const { start, connect } = kind.prototype;
    kind.prototype.connect = function (target, ...more) {
      this.written = { kind: kind.name, volume: target.gain?.value, to: null };
      this.addEventListener("ended", () => { this.written.to = performance.now() - began; }); // the first to hear of it
      return connect.call(this, target, ...more);
    };
    kind.prototype.start = function (...when) {
      globalThis.sounds.push(Object.assign(this.written, { seconds: lengthOf(this), from: performance.now() - began }));
      return start.apply(this, when);
    };
  }
  listen(AudioBufferSourceNode, (source) => source.buffer.duration);
  listen(OscillatorNode, () => null);

  // A voice of the browser for these languages; null: none at all, as in a browser without any.
  globalThis.giveVoice = (languages) => {
    const spoken = (globalThis.spokenByBrowser = []);
    globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    Object.defineProperty(globalThis, "speechSynthesis", { configurable: true, value: {
      getVoices: () => languages.map((lang) => ({ lang })),
      speak(utterance) { spoken.push([utterance.lang, utterance.text]); setTimeout(() => utterance.onend(), 20); },
      cancel() {},
    } });
  };
}
