// A list whose rows are put in order, added and taken away, by keyboard as well; the order is part of what is saved.
import { text } from "./words.js";

// nameOf(row): what the row is called. changed: told after every change.
export function makeList(list, template, { nameOf, changed }) {
  const rows = () => [...list.children];

  function add() {
    const row = document.getElementById(template).content.firstElementChild.cloneNode(true);
    list.append(row);
    return row;
  }

  // Who sees the arrows only by ear hears which row they move.
  function label() {
    rows().forEach((row, place) => {
      for (const button of row.querySelectorAll("[data-step]")) {
        button.setAttribute("aria-label", text(button.dataset.step, { name: nameOf(row) }));
        button.disabled = (button.dataset.step === "up" && place === 0) || (button.dataset.step === "down" && place === list.children.length - 1);
      }
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const row = button.closest("li");
    const steps = {
      up: () => row.previousElementSibling.before(row),
      down: () => row.nextElementSibling.after(row),
      remove: () => row.remove(),
    };
    const next = row.nextElementSibling ?? row.previousElementSibling;
    steps[button.dataset.step]();
    label();
    changed();
    if (row.isConnected) (button.disabled ? row.querySelector("[data-step]:not(:disabled)") : button)?.focus();
    else (next?.querySelector("input") ?? list.closest("fieldset").querySelector("[data-do]")).focus();
  });
  list.addEventListener("input", label);
  return { add, label, rows, empty: () => list.replaceChildren() };
}

// A control of a row, and its place in what is saved.
export function controlOf(row, is) {
  return row.querySelector(`[data-is="${is}"]`);
}

export function place(row, is, path) {
  const control = controlOf(row, is);
  control.name = path;
  return control;
}
