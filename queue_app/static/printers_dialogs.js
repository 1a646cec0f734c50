// Dialogs of the printers page: the browser keeps the focus inside, Escape closes, and what is refused is said where it was asked.
import { ApiError } from "./api.js";
import { text } from "./words.js";

export function makeDialog(element) {
  const form = element.querySelector("form");
  const problem = element.querySelector('[data-part="problem"]');
  const self = {
    element,
    form,
    fields: form.elements,
    part: (name) => element.querySelector(`[data-part="${name}"]`),
    go: null,
    // go: what the form does; it stays open, and says why, where that fails.
    open(title, go) {
      element.querySelector("h2").textContent = title;
      problem.textContent = "";
      self.go = go;
      element.showModal();
      element.scrollTop = 0;
    },
    close: () => element.close(),
    say: (words) => { problem.textContent = words; },
  };

  form.addEventListener("submit", async (event) => {
    if (!self.go) return; // a dialog that only shows something closes by itself
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    problem.textContent = "";
    try {
      if (await self.go() !== false) self.close();
    } catch (error) {
      problem.textContent = error instanceof ApiError ? error.message : text("no_answer");
    } finally {
      form.ariaBusy = null;
    }
  });
  for (const button of element.querySelectorAll("[data-close]")) button.addEventListener("click", self.close);
  return self;
}

// Ask once more before what cannot be taken back; the answer that changes nothing has the focus.
export function askSure(dialog, { title, words, yes, go, done }) {
  dialog.part("words").textContent = words;
  dialog.part("yes").textContent = yes;
  dialog.open(title, async () => {
    await go();
    dialog.close();
    await done();
  });
  dialog.element.querySelector("[data-close]").focus();
}
