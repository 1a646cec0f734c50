// Tells the server every few seconds, and as soon as it changes, how this screen stands; and hears whether it has fallen behind.
const BEAT_MS = 10000;
const SOON_MS = 1000; // so long what changes is gathered: a burst of calls is one heartbeat
const BEHIND_MS = 10000;

// line: follow()'s; state: () -> {revision, visible, sound, width, height, page_started_at};
// time(iso): the server's; stuck: a snapshot did not help, the page must be loaded anew.
export function startHeartbeat(line, state, { time, stuck }) {
  let told = "";
  let soon = null;
  let behind = null; // {revision: what the server had, since: when, fetched: whether a snapshot was}

  async function beat() {
    clearTimeout(soon);
    soon = null;
    const now = state();
    told = signs(now);
    const answer = await line.ask("heartbeat", now);
    if (!answer?.ok) return; // whoever is not let in any more learns it when the line is cut, and not by a heartbeat that was too early
    if (answer.server_time) time(answer.server_time);
    if (answer.revision < now.revision) line.refresh(); // another record: what is shown here was never called there
    compare(answer.revision);
  }

  // The line lives, and yet what the server has does not come: a snapshot is fetched; where that does not help, the page is at fault.
  function compare(revision) {
    if (behind && line.revision >= behind.revision) behind = null;
    if (line.revision >= revision) return;
    behind ??= { revision, since: performance.now(), fetched: false };
    if (performance.now() - behind.since < BEHIND_MS) return;
    if (behind.fetched) return stuck();
    behind = { ...behind, since: performance.now(), fetched: true };
    line.refresh();
  }

  function changed() {
    if (signs(state()) !== told) soon ??= setTimeout(beat, SOON_MS);
  }

  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("resize", changed);
  return { beat, changed };
}

// What is worth a heartbeat of its own. A new revision is not: each event would bring one from every screen of the branch at once.
function signs({ revision, ...told }) {
  return JSON.stringify(told);
}
