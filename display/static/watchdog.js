// Watches from within that this page paints and that its scripts run, and has it loaded anew where they do not.
//
// A worker does the counting, for it has a thread of its own. What a browser cannot do is load a page whose own thread is blocked:
// that is done as soon as it gets its breath back, and until then the server hears no heartbeat and says so.
const TICK_MS = 2000;
const PAINTED_MS = 5000;
const MOST_ERRORS = 5; // in one minute: something is broken for good
const ERRORS_MS = 60000;

// reload: loads the page anew. Returns {painted: () -> whether the page was painted a moment ago}.
export function startWatchdog(reload) {
  const worker = new Worker("/display/static/watchdog_worker.js");
  let painted = performance.now();

  // A hidden page paints nothing, and its timers are slowed down: it is not watched.
  const tick = () => {
    if (document.visibilityState === "hidden") return worker.postMessage("hidden");
    requestAnimationFrame(() => { painted = performance.now(); worker.postMessage("painted"); });
  };
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
  tick();
  worker.onmessage = () => reload();
  countErrors(reload);
  return { painted: () => document.visibilityState === "visible" && performance.now() - painted < PAINTED_MS };
}

function countErrors(reload) {
  let errors = [];
  const count = () => {
    errors = [...errors, performance.now()].filter((moment) => performance.now() - moment < ERRORS_MS);
    if (errors.length >= MOST_ERRORS) reload();
  };
  window.addEventListener("error", count);
  window.addEventListener("unhandledrejection", count);
}
