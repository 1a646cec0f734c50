// The language row: each language is a page of its own. What was chosen before (priority) goes along.
import { openPage } from "./pages.js";

export function languages(main, priority) {
  for (const link of main.querySelectorAll(".tongue")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (link.getAttribute("aria-current") !== "true") openPage(link.href + (priority.value === "priority" ? "#priority" : ""));
    });
  }
  return {
    // The next visitor finds the branch's own language.
    reset() {
      if (document.documentElement.lang !== main.dataset.defaultLanguage) openPage(location.pathname);
    },
  };
}
