// Which call stands large, and for how long: every call gets its turn, none is overwritten by the next.
export const SHORT_TURN_MS = 4000; // the least it gets when others wait for their turn
const MOST_MS = 125000; // the announcer ends each call's sound sooner; the line would not stall if it did not

// show(call, fresh): draw it, null for nothing; announce(call): a promise that ends with its sound, however that went;
// seconds: how long a call stands as the newest when nothing follows.
export class Turns {
  #queue = [];
  #current = null;
  #newest = null;
  #since = 0;
  #sounding = false;
  #timer = null;

  constructor({ show, announce, seconds, now = () => performance.now() }) {
    Object.assign(this, { show, announce, length: seconds * 1000, now });
  }

  get pending() {
    return this.#queue;
  }

  // Whether no call has its turn, nor waits for it.
  get calm() {
    return this.#current === null && this.#queue.length === 0;
  }

  // The board has changed: calls that were taken down (no-show, parked, recalled under a new id) lose their turn.
  follow(calls, announced) {
    const standing = new Set(calls.map((call) => call.call_id));
    this.#queue = this.#queue.filter((call) => standing.has(call.call_id));
    this.#queue.push(...announced);
    if (this.#current && !standing.has(this.#current.call_id)) this.#current = null;
    this.#newest = calls[0] ?? null;
    this.#turn();
  }

  // Nobody was here to see: what had its turn, or waited for it, is news no longer.
  rest() {
    this.#queue = [];
    this.#current = null;
    this.#turn();
  }

  #turn() {
    clearTimeout(this.#timer);
    const age = this.#current ? this.now() - this.#since : Infinity;
    const least = this.#sounding ? MOST_MS : SHORT_TURN_MS; // text and sound stay together
    if (this.#queue.length && age >= least) return this.#begin(this.#queue.shift());
    const whole = Math.max(this.length, least);
    if (age >= whole) {
      // At rest the newest call stays where it is, quietly.
      this.#current = null;
      return this.show(this.#newest, false);
    }
    this.show(this.#current, true);
    this.#timer = setTimeout(() => this.#turn(), Math.max(20, (this.#queue.length ? least : whole) - age));
  }

  #begin(call) {
    this.#current = call;
    this.#since = this.now();
    this.#sounding = true;
    this.announce(call).finally(() => {
      if (this.#current !== call) return;
      this.#sounding = false;
      this.#turn();
    });
    this.#turn();
  }
}
