// The lists of devices. Rows are kept and filled anew, so that neither the focus nor an open list is lost while they go on.
import { plural, text } from "./words.js";
import { moment } from "./printers_times.js";
import { lasting, signOf } from "./screen_health.js";
import { keepRows, put } from "./supervise_rows.js";

const BROWSERS = [
  [/Tizen/, "Samsung TV"], [/Web0S|webOS/, "LG TV"], [/SamsungBrowser/, "Samsung Internet"], [/Edg\//, "Edge"], [/OPR\//, "Opera"],
  [/Firefox\/(\d+)/, "Firefox"], [/Chrome\/(\d+)/, "Chromium"], [/Version\/(\d+).*Safari/, "Safari"],
];
const SYSTEMS = [[/Android/, "Android"], [/Windows/, "Windows"], [/CrOS/, "ChromeOS"], [/iPad|iPhone/, "iOS"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

// What a browser says of itself, as far as somebody may recognise the machine by it.
function browserOf(agent) {
  const [pattern, name] = BROWSERS.find(([one]) => one.test(agent)) ?? [];
  const system = SYSTEMS.find(([one]) => one.test(agent))?.[1];
  const version = pattern && agent.match(pattern)[1];
  return [[name, version].filter(Boolean).join(" "), system].filter(Boolean).join(" · ") || text("some_browser");
}

export function makeRow(template, kind) {
  const { content } = document.getElementById(template);
  return (device) => {
    const row = content.firstElementChild.cloneNode(true);
    const title = row.querySelector("h3");
    title.id = `${kind}-${device.id ?? device.key}`;
    row.dataset[kind] = device.id ?? device.key;
    row.querySelector(".device-acts")?.setAttribute("aria-labelledby", title.id);
    for (const element of row.querySelectorAll("a, button, summary")) element.setAttribute("aria-describedby", title.id);
    return row;
  };
}

const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

export function fillSign(row, sign, word, since) {
  row.dataset.sign = sign;
  row.querySelector("use").setAttribute("href", `#sign-${sign}`);
  put(part(row, "word"), word);
  put(part(row, "lasting"), since);
}

export function fillWhy(row, words) {
  put(part(row, "why"), words);
  part(row, "why").hidden = !words;
}

function fillState(row, state, now) {
  const seen = state.health !== "never" && state.width;
  put(part(row, "size"), seen ? text("size", state) : "");
  put(part(row, "since"), seen && state.page_started_at ? text("shows_since", { time: moment(state.page_started_at) }) : "");
  const fine = state.health === "ok" || state.health === "never";
  row.dataset.health = state.health;
  fillSign(row, signOf(state.health), text(`health_${state.health}`), fine || !state.since ? "" : text("for_time", { time: lasting(state.since, now) }));
}

export function makeRows(root, state, names) {
  const list = (name) => root.querySelector(`[data-part="${name}"]`);

  function fillScreen(row, screen) {
    const { health } = screen.state;
    put(part(row, "name"), screen.name);
    put(part(row, "what"), [names.kinds[screen.layout.kind], ...zone(screen.layout)].join(" · "));
    fillState(row, screen.state, state.serverNow());
    fillPaired(row, screen);
    part(row, "layout").href = `${location.pathname}/${screen.id}`;
    row.querySelector('[data-do="reload"]').hidden = health === "never";
    // However it stood before, a device that is not let in is waited for, and nothing is wrong with it.
    if (!screen.paired) fillSign(row, "open", text("not_paired"), "");
    fillWhy(row, !screen.paired ? text("why_not_paired") : health === "ok" ? "" : text(`why_${health}`));
  }

  function zone({ kind, counter, zone: { services, counters } }) {
    if (kind === "counter") return [text("zone_counter", { counter })];
    const told = [
      ...(services ? [text("zone_services", { services: services.map((slug) => names.services[slug] ?? slug).join(", ") })] : []),
      ...(counters ? [plural("zone_counters", counters.length, { counters: counters.join(", ") })] : []),
    ];
    return told.length ? told : [text("zone_all")];
  }

  function fillPaired(row, device) {
    part(row, "pair").hidden = device.paired;
    row.querySelector('.more-list [data-do="replace"]').hidden = !device.paired;
    row.querySelector('[data-do="revoke"]').hidden = !device.paired;
  }

  function fillKiosk(row, kiosk) {
    put(part(row, "name"), kiosk.name);
    const printer = names.printers[kiosk.printer_id];
    put(part(row, "what"), printer ? text("prints_on", { printer }) : text("prints_nowhere"));
    fillPaired(row, kiosk);
    fillSign(row, kiosk.paired ? "well" : "open", text(kiosk.paired ? "paired" : "not_paired"), "");
    fillWhy(row, "");
  }

  function fillUnnamed(row, { state: shown }) {
    put(part(row, "name"), browserOf(shown.agent ?? ""));
    put(part(row, "what"), text("last_heard", { time: moment(shown.seen_at) }));
    fillState(row, shown, state.serverNow());
  }

  const draw = {
    screens: keepRows(list("screens"), makeRow("screen-row", "screen"), fillScreen),
    kiosks: keepRows(list("kiosks"), makeRow("kiosk-row", "kiosk"), fillKiosk),
    unnamed: keepRows(list("unnamed"), makeRow("unnamed-row", "browser"), fillUnnamed),
  };
  return () => {
    draw.screens(state.screens, (screen) => screen.id);
    draw.kiosks(state.kiosks, (kiosk) => kiosk.id);
    draw.unnamed(state.unnamed, (browser) => browser.key);
    list("no-screens").hidden = state.screens.length > 0;
    list("no-kiosks").hidden = state.kiosks.length > 0;
    list("unnamed-section").hidden = state.unnamed.length === 0;
  };
}
