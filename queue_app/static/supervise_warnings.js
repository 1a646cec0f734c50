// What cannot wait: people whom nobody will call, people who wait longer than the branch allows, screens that nobody can rely on.
import { clock, label as setLabel, plural, text } from "./words.js";
import { troubleWords } from "./screen_health.js";
import { minutes } from "./supervise_rows.js";

const MOST_NAMED = 4; // more numbers than this are not read in a warning

export function makeWarnings(list, state, only) {
  function warnings() {
    const { queue } = state;
    const found = queue.alarms.map((alarm) => ({
      words: `${text(`alarm_${alarm.watches}`, { limit: alarm.limit })} · ${text("since", { time: clock(new Date(alarm.since)) })}`,
      href: state.wallPage, go: text("wall"),
    }));
    found.push(...queue.unserved.map((slug) => ({
      words: plural("warn_unserved", waitingFor(slug), { service: state.nameOf(slug) }),
      show: () => only(slug, false),
    })));
    const alone = queue.waiting.filter((ticket) => ticket.reserved && !isThere(ticket.reserved) && !queue.unserved.includes(ticket.service));
    if (alone.length) found.push({ words: plural("warn_kept", alone.length, { labels: named(alone, (ticket) => keeper(ticket.reserved)) }), show: () => only("", false) });
    const late = queue.waiting.filter((ticket) => ticket.wait_seconds > state.limitOf(ticket.service) * 60);
    if (late.length) found.push({ words: plural("warn_longest", late.length, { labels: named(late, (ticket) => text("minutes", { minutes: minutes(ticket.wait_seconds) })) }), show: () => only("", true) });
    const screens = state.queue.screen_troubles.map((trouble) => troubleWords(trouble, state.serverNow()));
    if (screens.length) found.push({ words: screens.join(" · "), href: state.screensPage, go: text("screens") });
    return found;
  }

  const waitingFor = (slug) => state.queue.services.find((service) => service.id === slug)?.waiting ?? 0;
  const keeper = (reserved) => (reserved.counter ? text("the_counter", reserved) : reserved.person);
  const isThere = (reserved) => state.queue.counters.some((counter) => counter.state !== "closed" && (reserved.counter ? counter.name === reserved.counter : counter.clerk === reserved.person));

  function named(tickets, what) {
    const shown = tickets.slice(0, MOST_NAMED).map((ticket) => `${setLabel(ticket.label)} (${what(ticket)})`);
    return [...shown, ...(tickets.length > MOST_NAMED ? ["…"] : [])].join(", ");
  }

  // Written anew only where something changed: a screen reader tells it once, not at every look.
  return () => {
    const found = warnings();
    const told = found.map(({ words }) => words).join("\n");
    if (list.dataset.told === told) return;
    list.dataset.told = told;
    list.replaceChildren(...found.map(({ words, show, href, go }) => {
      const item = document.createElement("li");
      item.innerHTML = '<span aria-hidden="true">▲</span><p></p>';
      item.querySelector("p").textContent = words;
      const way = href
        ? Object.assign(document.createElement("a"), { href, textContent: go })
        : Object.assign(document.createElement("button"), { type: "button", textContent: text("show_them") });
      way.className = "button button--quiet";
      if (show) way.addEventListener("click", show);
      item.append(way);
      return item;
    }));
  };
}
