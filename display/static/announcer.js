// The announcement queue: one call after the other, each through the same steps (a chime now; speech can follow it).
// A step that cannot play, or hangs, is left behind: the line never stalls.
const STEP_MS = 8000; // the longest a step may take

// steps: functions of the call that return a promise of having really been heard.
export function makeAnnouncer(steps, heard) {
  let last = Promise.resolve();

  async function play(call) {
    for (const step of steps) await withLimit(step(call));
    heard(call);
  }

  return (call) => {
    last = last.then(() => play(call)).catch(() => {}); // not heard, so not acknowledged as spoken
    return last;
  };
}

function withLimit(promise) {
  let timer;
  const limit = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("too long")), STEP_MS); });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
