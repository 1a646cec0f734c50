// One question with a short list of answers: a number key for each, arrows and Enter, Escape for none of them.
import { text } from "./words.js";

const MOST_KEYS = 9; // 1 to 9; 0 is for the answer that says nothing

export function makeChoice(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const box = part("choice");
  const list = part("choice-list");
  let answer = null; // what becomes of the open question

  function item({ value, words, hint = "", zero = false }, index) {
    const element = document.createElement("li");
    element.innerHTML = '<button class="button choice-item" type="button"><kbd class="key"></kbd><span></span><small></small></button>';
    const button = element.firstElementChild;
    const number = zero ? "0" : index < MOST_KEYS ? String(index + 1) : "";
    const [key, name, more] = button.children;
    key.textContent = number;
    key.hidden = !number;
    name.textContent = words;
    more.textContent = hint;
    button.dataset.value = value;
    if (number) {
      button.dataset.number = number;
      button.setAttribute("aria-keyshortcuts", number);
    }
    button.addEventListener("click", () => end(value));
    return element;
  }

  function end(value) {
    const resolve = answer;
    answer = null;
    if (box.open) box.close();
    resolve?.(value);
  }

  // Told a moment later: meanwhile the next question may be open.
  box.addEventListener("close", () => { if (!box.open) end(null); });
  part("choice-none").addEventListener("click", () => end(null));
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      buttons.at((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % buttons.length).focus();
    } else if (/^\d$/.test(event.key)) {
      event.preventDefault(); // the answer may open a form, into which this digit does not belong
      list.querySelector(`[data-number="${event.key}"]`)?.click();
    }
  });

  // options: [{value, words, hint, zero}]; one with `zero` comes last and has the focus at first. `careful`: none of them has
  // it, so that a key pressed once too often answers nothing. Gives the value chosen, null for none.
  return function ask({ title, hint = text("choose_number"), options, careful = false }) {
    end(null);
    part("choice-title").textContent = title;
    part("choice-hint").textContent = hint;
    list.replaceChildren(...options.map(item));
    box.showModal();
    const first = list.querySelector('[data-number="0"]') ?? list.querySelector("button") ?? part("choice-none");
    (careful ? part("choice-title") : first).focus();
    return new Promise((resolve) => { answer = resolve; });
  };
}
