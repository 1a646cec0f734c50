// The priority switch: holds for the next number only, and is plainly seen while it is on. A branch without classes has none.
import { carried } from "./carried.js";

export function priorityToggle(main) {
  const button = main.querySelector('[data-part="priority"]');
  const strip = main.querySelector('[data-part="priority-on"]');
  if (!button) return { value: "standard", reset: () => {} };
  const isOn = () => button.getAttribute("aria-pressed") === "true";

  function set(on) {
    button.setAttribute("aria-pressed", on ? "true" : "false");
    strip.hidden = !on;
  }

  button.addEventListener("click", () => set(!isOn()));
  if (carried("priority")) set(true);
  return {
    get value() { return isOn() ? "priority" : "standard"; },
    reset: () => set(false),
  };
}
