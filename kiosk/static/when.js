// Times and days in the branch's zone and the page's language.
import { clock, text } from "/static/words.js";

const zone = document.body.dataset.zone || undefined;
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // the day before the month
const day = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment);

export function time(iso) {
  return clock(new Date(iso));
}

// Says when something opens, as queue_app/i18n.py does on paper.
export function opens(iso) {
  if (!iso) return text("closed");
  const moment = new Date(iso);
  if (day(moment) === day(new Date())) return text("opens_today", { time: clock(moment) });
  const name = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long", day: "numeric", month: "numeric" }).format(moment);
  return text("opens_later", { day: name, time: clock(moment) });
}

export function weekday(moment) {
  return new Intl.DateTimeFormat("en", { timeZone: zone, weekday: "short" }).format(moment).toLowerCase();
}
