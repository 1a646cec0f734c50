// The last visits that ended at this desk today, for the one that was ended by mistake.
const MOST = 9;
const KEY = "ended";

export function makeEnded(root, state) {
  const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: document.body.dataset.zone || undefined }).format(new Date());

  function all() {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return kept?.day === today() && kept.branch === root.dataset.branch ? kept.visits : [];
  }

  function keep(visits) {
    sessionStorage.setItem(KEY, JSON.stringify({ day: today(), branch: root.dataset.branch, visits: visits.slice(0, MOST) }));
  }

  // Whoever is back already, reopened or by undoing, is not listed.
  function list() {
    const { waiting, parked, counter } = state.view;
    const back = new Set([...waiting, ...parked, counter.ticket].map((ticket) => ticket?.id));
    return all().filter((visit) => !back.has(visit.id));
  }

  return {
    list,
    // how: finished, no_show or cancelled
    add: ({ id, label }, how) => keep([{ id, label, how }, ...all().filter((visit) => visit.id !== id)]),
  };
}
