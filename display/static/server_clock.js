// The server's time in this page. It is carried on by the monotonic clock: that a player's own clock is wrong, is set, or knows
// of summer time, changes nothing.
export function makeServerClock() {
  let told = Date.now();
  let at = performance.now();
  const now = () => told + performance.now() - at;
  return {
    now,
    set(moment) {
      told = Date.parse(moment);
      at = performance.now();
    },
    // Nothing comes from the future: a player that slept has lost time, until it is told anew.
    atLeast(moment) {
      if (Date.parse(moment) > now()) this.set(moment);
    },
  };
}
