// A server within the lobby's page, for days that would take a real one hours: put in before the page's own scripts. The page's socket,
// its protocol and its HTTP calls are the real ones; what answers them is here. `standIn.calls(n)` lets n more visitors come and go.
{
  const RealSocket = globalThis.WebSocket;
  const realFetch = globalThis.fetch.bind(globalThis);
  const NEVER = 2 ** 30 - 1; // ms, twice of which a timer still takes; nothing pings, and nothing is missed
  const WAV = new Uint8Array(44 + 320);
  WAV.set([0x52, 0x49, 0x46, 0x46, 0x64, 1, 0, 0, 0x57, 0x41, 0x56, 0x45, 0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1, 0, 1, 0,
    0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, 0x64, 0x61, 0x74, 0x61, 0x40, 1, 0, 0]); // 20 ms of silence

  class Socket extends EventTarget {
    static OPEN = 1;
    readyState = 0;
    bufferedAmount = 0;

    constructor() {
      super();
      standIn.socket = this;
      queueMicrotask(() => {
        this.readyState = 1;
        this.onopen?.();
        this.say(`0{"sid":"line","upgrades":[],"pingInterval":${NEVER},"pingTimeout":${NEVER},"maxPayload":1000000}`);
      });
    }

    say(data) {
      this.onmessage?.({ data });
    }

    send(packet) {
      if (packet === "40") return queueMicrotask(() => this.say('40{"sid":"page"}'));
      const [, id, message] = /^42(\d*)(.*)$/s.exec(packet) ?? [];
      if (id) queueMicrotask(() => this.say(`43${id}${JSON.stringify([standIn.answer(...JSON.parse(message))])}`));
    }

    close() {
      this.readyState = 3;
      this.onclose?.({ code: 1000, reason: "" });
    }
  }

  const standIn = (globalThis.standIn = {
    socket: null,
    board: null, // the one that came with the page
    revision: null,
    acknowledged: 0,
    called: 0,
    newest: "",
    atCounter: new Map(), // counter -> the event's facts of who is there

    answer(kind, wish) {
      if (kind === "subscribe") {
        this.revision ??= wish.revision;
        return { ok: true, revision: this.revision, events: [] };
      }
      return { ok: true, revision: this.revision };
    },

    tell(kind, facts) {
      this.revision += 1;
      const event = { channel: "board", branch: this.board.branch, revision: this.revision, kind, at: new Date().toISOString(), ...facts };
      this.socket.say(`42${JSON.stringify(["event", event])}`);
    },

    calls(number) {
      this.board ??= JSON.parse(document.getElementById("board").textContent);
      const counters = this.board.counters.map(({ counter }) => counter);
      const services = Object.keys(this.board.waiting);
      for (let n = 0; n < number; n += 1) {
        this.called += 1;
        const id = 1_000_000 + this.called;
        const counter = counters[this.called % counters.length];
        const service = services[this.called % services.length];
        const label = `${String.fromCharCode(65 + (this.called % services.length))}${String(this.called % 1000).padStart(3, "0")}`;
        if (this.called <= counters.length) this.tell("counter_opened", { counter });
        this.tell("ticket_issued", { label, service });
        const before = this.atCounter.get(counter);
        if (before) this.tell(this.called % 9 ? "ticket_finished" : "ticket_no_show", { ...before, counter });
        this.tell("ticket_called", { label, service, language: ["cs", "en", "hu", "pl", "sk"][this.called % 5], counter, from: "waiting", call_id: id });
        this.atCounter.set(counter, { label, service });
        this.newest = label;
      }
    },
  });

  globalThis.WebSocket = Object.assign(function make(address, ...rest) {
    return address.includes("/socket.io/") ? new Socket() : new RealSocket(address, ...rest);
  }, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });

  // What is said about each call is counted and answered; everything else is the real server's.
  globalThis.fetch = async (address, options) => {
    const path = String(address?.url ?? address);
    if (path.includes("/speech/")) return new Response(WAV.slice(), { headers: { "Content-Type": "audio/wav" } });
    if (!path.endsWith("/board/acks")) return realFetch(address, options);
    standIn.acknowledged += 1;
    return new Response("{}", { headers: { "Content-Type": "application/json" } });
  };
  // Everything is answered at once; a real time-out would keep each request in memory for its seconds of the real clock.
  AbortSignal.timeout = () => new AbortController().signal;
}
