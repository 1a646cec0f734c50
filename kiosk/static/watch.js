// Watches one ticket while its number is shown: by the socket as soon as something happens, and by asking, since a slip's
// failure must be said even where the socket is down.
import { call } from "/static/api.js";
import { follow } from "/static/live.js";

const ASK_MS = 1500;

export function watchTicket(token, tell) {
  let asking = false;
  let stopped = false;

  async function ask() {
    if (asking || stopped) return;
    asking = true;
    try {
      const ticket = await call("GET", `/tickets/${token}`);
      if (!stopped) tell(ticket);
    } catch {
      // The number stands on the screen anyway; the next round asks again.
    } finally {
      asking = false;
    }
  }

  const line = follow({ channel: "ticket", token }, { unordered: true, snapshot: ask, event: ask, poll: async (revision) => ({ revision, events: [] }) });
  const timer = setInterval(ask, ASK_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      line.stop();
    },
  };
}
