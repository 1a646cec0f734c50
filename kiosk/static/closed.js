// The closed house: why, when it opens, and which row of the opening hours is today's.
import { pick, text } from "/static/words.js";
import { now, opens, time, weekday } from "./when.js";

export function closedPage(main, days) {
  const part = (name) => main.querySelector(`[data-part="${name}"]`);
  const title = part("closed-title");
  const usual = title.textContent;

  return {
    draw(branch) {
      const pause = branch.reason === "break";
      const words = pause ? text("break_now") : usual;
      if (title.textContent !== words) title.textContent = words;
      part("why").textContent = why(branch);
      part("why").hidden = !why(branch);
      part("opens").textContent = branch.opens_at ? (pause ? text("break_until", { time: time(branch.opens_at) }) : opens(branch.opens_at)) : "";
      const today = days.special(branch) ? null : weekday(now());
      for (const row of main.querySelectorAll("[data-day]")) {
        if (row.dataset.day === today) row.setAttribute("aria-current", "date");
        else row.removeAttribute("aria-current");
      }
    },
  };
}

function why({ reason, reason_name: name }) {
  if (reason === "holiday") return text("holiday_today", { name: pick(name) });
  return reason === "exception" ? pick(name) : "";
}
