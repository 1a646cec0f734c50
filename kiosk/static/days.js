// Holidays and days with other hours, as the branch tells them: beside the opening hours, and today's above the services.
import { pick, text } from "/static/words.js";
import { now, today } from "./when.js";

const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const dayFormat = new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "short", day: "numeric", month: "numeric" });

export function specialDays(main) {
  const lists = [...main.querySelectorAll('[data-part="special-days"]')];
  const notice = main.querySelector('[data-part="today"]');
  let drawn = null;

  return {
    draw(branch) {
      const here = today(now());
      const words = JSON.stringify([here, branch.special_days]);
      if (words === drawn) return;
      drawn = words;
      for (const list of lists) {
        list.replaceChildren(...branch.special_days.map((days) => row(days, here)));
        list.parentElement.hidden = branch.special_days.length === 0;
      }
      const special = branch.special_days.find((days) => holds(days, here));
      notice.textContent = special ? text("today_hours", { day: pick(special.name) || text("today"), hours: hours(special) }) : "";
      notice.hidden = !special;
    },
    // Whether the week does not say what holds today.
    special: (branch) => branch.special_days.some((days) => holds(days, today(now()))),
  };
}

function holds(days, day) {
  return days.from <= day && day <= days.to;
}

function row(days, here) {
  const item = document.createElement("li");
  if (holds(days, here)) item.setAttribute("aria-current", "date");
  item.append(cell("days__day", range(days)), cell("days__name", pick(days.name)), cell("days__hours", hours(days)));
  return item;
}

function range({ from, to }) {
  const [first, last] = [new Date(`${from}T00:00Z`), new Date(`${to}T00:00Z`)];
  return from === to ? dayFormat.format(first) : `${dayFormat.format(first)} – ${dayFormat.format(last)}`;
}

function hours(days) {
  return days.hours.length ? days.hours.map((interval) => interval.join("–")).join(", ") : text("closed_all_day");
}

function cell(name, content) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = content;
  return span;
}
