// A world whose time a test moves on: the page’s clocks and timers stand still until `world.move(to)`, ms since 1970. Painting and
// the network go on as ever; tones are over at once. `worldBegins` is when it begins.
(() => {
  const TONES = 100; // times faster
  const RealDate = Date;
  const timers = new Map();
  const realTimeout = window.setTimeout.bind(window);
  const realFetch = window.fetch.bind(window);
  const asked = new Set(); // questions to the server that have no answer yet
  window.fetch = (...what) => {
    const answer = realFetch(...what);
    asked.add(answer);
    answer.catch(() => {}).finally(() => asked.delete(answer));
    return answer;
  };
  // Sockets count as questions too: while they are being opened, and while what they asked (`4…`, with or without a number) has no
  // answer. One whose cable was cut and mended never gets any: that is waited for in vain, and not for long.
  const sockets = new Set();
  window.WebSocket = class extends window.WebSocket {
    asked = 0;
    constructor(...parts) {
      super(...parts);
      sockets.add(this);
      this.addEventListener("message", ({ data }) => { if (/^4(0|3\d)/.test(data)) this.asked -= 1; });
      this.addEventListener("close", () => sockets.delete(this));
    }
    send(data) {
      if (/^4(0|2\d)/.test(data)) this.asked += 1;
      super.send(data);
    }
  };
  const waiting = () => asked.size || [...sockets].some((socket) => socket.readyState === WebSocket.CONNECTING || socket.asked > 0);
  const hop = () => new Promise((done) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(0); });
  const begin = window.worldBegins;
  let time = begin;
  let last = 0;
  window.Date = class extends RealDate {
    constructor(...parts) { parts.length ? super(...parts) : super(time); }
    static now() { return time; }
  };
  performance.now = () => time - begin;
  const later = (work, ms, every, rest) => { timers.set(++last, { at: time + Math.max(1, ms), every, work: () => work(...rest) }); return last; };
  window.setTimeout = (work, ms = 0, ...rest) => later(work, ms, null, rest);
  window.setInterval = (work, ms = 0, ...rest) => later(work, ms, Math.max(1, ms), rest);
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
  window.world = {
    async advance(to) {
      for (;;) {
        const [id, timer] = [...timers].reduce((first, each) => (each[1].at < first[1].at ? each : first), [0, { at: Infinity }]);
        if (timer.at > to) break;
        time = Math.max(time, timer.at);
        if (timer.every) timer.at = time + timer.every; // once, however often it was due
        else timers.delete(id);
        timer.work();
        await hop(); // what was promised happens between two timers, as it would in time
      }
      time = to;
    },
    // Time goes on, and where the cable is whole the server has its say before and after: seconds pass here in moments, and a page
    // would take what is on its way for something that never came. Then what is there is painted, as it would be in time.
    async move(to, whole) {
      if (whole) await realFetch("/healthz").catch(() => null);
      await this.advance(to);
      for (let look = 0; whole && waiting() && look < 100; look += 1) await new Promise((done) => realTimeout(done, 10));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    },
    // The player slept: time has gone on, and every timer that was due meanwhile comes once.
    async sleep(to) {
      time = to;
      await this.advance(to);
    },
  };
  const { start, stop } = OscillatorNode.prototype;
  const sooner = (node, at) => node.context.currentTime + Math.max(0, at - node.context.currentTime) / TONES;
  OscillatorNode.prototype.start = function (at = 0) { start.call(this, sooner(this, at)); };
  OscillatorNode.prototype.stop = function (at = 0) { stop.call(this, sooner(this, at)); };

  // What stood on the screen, at which revision: looked at whenever anything in the page has changed.
  window.record = [];
  let before = "";
  const plain = (element) => element.textContent.replace(/\s/g, "");
  function look() {
    const main = document.querySelector("main");
    if (!main?.dataset.revision) return;
    const stage = main.querySelector(".stage");
    const large = stage.dataset.state === "message" ? null
      : { call: Number(stage.dataset.call), label: plain(stage.querySelector(".stage-label")), counter: plain(stage.querySelector(".stage-counter")), calling: stage.dataset.state === "calling" };
    const listed = [...main.querySelectorAll("li[data-call]:not([hidden])")]
      .map((row) => ({ call: Number(row.dataset.call), label: plain(row.querySelector(".last-label")), counter: plain(row.querySelector(".last-counter")) }));
    const entry = { revision: Number(main.dataset.revision), large, listed };
    const text = JSON.stringify(entry);
    if (text !== before) window.record.push({ ...entry, at: time });
    before = text;
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
