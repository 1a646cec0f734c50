// Which call stands large, and for how long: every call gets its turn, none is overwritten by the next.
export const TURN_MS = 12000; // how long a call stands as the newest when nothing follows
export const SHORT_TURN_MS = 4000; // the least it gets when others wait for their turn
const MOST_MS = 9000; // a sound longer than this does not hold the others up

// show(call, fresh): draw it, null for nothing; announce(call): a promise that ends with its sound, however that went.
export class Turns {
  #queue = [];
  #current = null;
  #newest = null;
  #since = 0;
  #sounding = false;
  #timer = null;

  constructor({ show, announce, now = () => performance.now() }) {
    Object.assign(this, { show, announce, now });
  }

  get pending() {
    return this.#queue;
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

  #turn() {
    clearTimeout(this.#timer);
    const age = this.#current ? this.now() - this.#since : Infinity;
    const over = age >= (this.#sounding ? MOST_MS : SHORT_TURN_MS);
    if (this.#queue.length && over) return this.#begin(this.#queue.shift());
    if (age >= TURN_MS) {
      // At rest the newest call stays where it is, quietly.
      this.#current = null;
      return this.show(this.#newest, false);
    }
    this.show(this.#current, true);
    const wait = this.#queue.length ? (this.#sounding ? MOST_MS : SHORT_TURN_MS) : TURN_MS;
    this.#timer = setTimeout(() => this.#turn(), Math.max(20, wait - age));
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
