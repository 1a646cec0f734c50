// The closed house: when it opens, and which row of the opening hours is today's.
import { opens, weekday } from "./when.js";

export function closedPage(main) {
  const when = main.querySelector('[data-part="opens"]');
  return {
    draw(branch) {
      when.textContent = branch.opens_at ? opens(branch.opens_at) : "";
      const today = weekday(new Date(branch.server_time));
      for (const row of main.querySelectorAll("[data-day]")) {
        if (row.dataset.day === today) row.setAttribute("aria-current", "date");
        else row.removeAttribute("aria-current");
      }
    },
  };
}
