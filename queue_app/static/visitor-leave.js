// Leaving the queue without leaving the page; without this file the form does the same.
import { call } from "./api.js";
import { text } from "./words.js";

export function leaving(main, token, left) {
  const details = main.querySelector('[data-part="leave"]');
  if (!details) return;
  const problem = details.querySelector('[data-part="leave-problem"]');
  const button = details.querySelector("form button");

  details.addEventListener("toggle", () => details.open && details.scrollIntoView({ block: "end" }));
  details.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      await call("POST", `/tickets/${token}/cancel`, {});
      left();
    } catch (error) {
      if (error.code === "state_forbids") return left(); // called a moment ago: the page says so
      problem.textContent = text("try_again");
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });

  details.querySelector('[data-part="stay"]').addEventListener("click", (event) => {
    event.preventDefault();
    details.open = false;
    details.querySelector("summary").focus();
  });
}
