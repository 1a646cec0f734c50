// Loads the page anew: at a calm moment, once the server gives it, and never one time after the other.
const ASK_MS = 10000;
const LOOK_MS = 1000;
const CALM_MS = 60000; // a lobby that never rests must not hold it up for longer
const YOUNG_MS = 5 * 60000; // a page that has just been loaded would not be mended by being loaded again
const NIGHT = { begin: 2, end: 5 }; // hours of the branch's day

// calm: () -> whether no call has its turn.
export function makeReloads(calm) {
  let wanted = false;

  // A screen must never end on the browser's own error page; one that is not let in any more must learn that.
  async function load() {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer && answer.status < 500) location.reload();
    else setTimeout(load, ASK_MS);
  }

  function whenCalm() {
    if (wanted) return;
    wanted = true;
    const asked = performance.now();
    const timer = setInterval(() => {
      if (!calm() && performance.now() - asked < CALM_MS) return;
      clearInterval(timer);
      load();
    }, LOOK_MS);
  }

  return {
    now: load,
    whenCalm,
    // What ails the page may be mended by loading it, but not more often than every few minutes.
    toMend() { setTimeout(whenCalm, Math.max(0, YOUNG_MS - performance.now())); },
  };
}

// Every night, at a minute that is another one on each screen, while nobody works. A page forgets nothing by it, and gets new scripts.
export function reloadNightly(now, working, reloads) {
  const minute = Math.floor(Math.random() * 60);
  const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined });
  setInterval(() => {
    if (performance.now() < (NIGHT.end - NIGHT.begin) * 3600000) return; // once a night
    const [hour, minutes] = time.format(new Date(now())).split(":").map(Number);
    const past = (hour - NIGHT.begin) * 60 + minutes >= minute;
    if (past && hour < NIGHT.end && hour >= NIGHT.begin && !working()) reloads.whenCalm();
  }, 60000);
}
