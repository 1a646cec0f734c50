// A screen may be for some services or counters only. Pure; what domain/screen_layout.py says (`ScreenLayout.has`), line by line.
export function inZone(layout, call) {
  return hasCounter(layout, call.counter) && hasService(layout, call.service);
}

// The board without what this screen is not for.
export function onlyZone(board, layout) {
  return {
    ...board,
    calls: board.calls.filter((call) => inZone(layout, call)),
    counters: board.counters.filter(({ counter }) => hasCounter(layout, counter)),
    waiting: Object.fromEntries(Object.entries(board.waiting).filter(([service]) => hasService(layout, service))),
  };
}

function hasCounter({ kind, counter, zone }, name) {
  if (kind === "counter" && name !== counter) return false;
  return zone.counters === null || zone.counters.includes(name);
}

// A call that does not say its service is everybody's: better shown twice than not at all.
function hasService({ zone }, service) {
  return zone.services === null || service === undefined || zone.services.includes(service);
}
