// Times and days in the branch's zone and the page's language, by the server's clock.
import { clock, text } from "/static/words.js";

const zone = document.body.dataset.zone || undefined;
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // the day before the month
const dayFormat = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
let offset = 0;

export function follow(serverTime) {
  offset = Date.parse(serverTime) - Date.now();
}

export function now() {
  return new Date(Date.now() + offset);
}

// The day as 2026-12-24.
export function today(moment) {
  return dayFormat.format(moment);
}

export function time(iso) {
  return clock(new Date(iso));
}

// Says when something opens, as queue_app/i18n.py does on paper; the year only where it is another one.
export function opens(iso) {
  if (!iso) return text("closed");
  const moment = new Date(iso);
  if (today(moment) === today(now())) return text("opens_today", { time: clock(moment) });
  const year = today(moment).slice(0, 4) === today(now()).slice(0, 4) ? {} : { year: "numeric" };
  const name = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long", day: "numeric", month: "numeric", ...year }).format(moment);
  return text("opens_later", { day: name, time: clock(moment) });
}

export function weekday(moment) {
  return new Intl.DateTimeFormat("en", { timeZone: zone, weekday: "short" }).format(moment).toLowerCase();
}
