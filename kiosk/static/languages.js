// The language row: each language is a page of its own. What was chosen before (priority, a group) goes along.
import { openPage } from "./pages.js";

export function languages(main, priority, menu) {
  for (const link of main.querySelectorAll(".tongue")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (link.getAttribute("aria-current") !== "true") openPage(link.href + hash());
    });
  }
  function hash() {
    const parts = [priority.value === "priority" ? "priority" : "", menu.current ? `group-${menu.current}` : ""].filter(Boolean);
    return parts.length ? `#${parts.join("&")}` : "";
  }

  return {
    // The next visitor finds the branch's own language.
    reset() {
      if (document.documentElement.lang !== main.dataset.defaultLanguage) openPage(location.pathname);
    },
  };
}
