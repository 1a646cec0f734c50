// Tells the server what this screen has really done with each call; told again until it has heard it, and never in the way.
import { ApiError, call } from "/static/api.js";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30000;
const MOST = 60; // calls kept while the line is cut; the oldest are of no use to anybody by then

export function makeAcks(branch, screen) {
  const owed = new Map(); // call_id -> {shown?, spoken?}
  let running = false;
  let pause = FIRST_RETRY_MS;
  let goOn = () => {};

  async function send() {
    if (running) return;
    running = true;
    while (owed.size) {
      const [callId, what] = owed.entries().next().value;
      owed.delete(callId);
      try {
        await call("POST", `/branches/${branch}/board/acks`, { call_id: callId, ...what, screen });
        pause = FIRST_RETRY_MS;
      } catch (error) {
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) continue; // refused: saying it again would not help
        owed.set(callId, { ...what, ...owed.get(callId) });
        await new Promise((done) => { goOn = done; setTimeout(done, pause); });
        pause = Math.min(pause * 2, LONGEST_RETRY_MS);
      }
    }
    running = false;
  }

  return {
    acknowledge(callId, what) {
      owed.set(callId, { ...owed.get(callId), ...what });
      if (owed.size > MOST) owed.delete(owed.keys().next().value);
      send();
    },
    // The line is there again: there is nothing to wait for.
    retry() {
      pause = FIRST_RETRY_MS;
      goOn();
    },
  };
}
