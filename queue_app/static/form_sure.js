// Buttons of plain forms with `data-ask`: what they do is asked about once more, and then sent as the form would send it. They are
// no submit buttons, so that whoever presses one before this is loaded has done nothing.
import { askSure, makeDialog } from "./printers_dialogs.js";

export default function formSure(root) {
  const sure = makeDialog(root.querySelector('[data-dialog="sure"]'));

  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-ask]");
    if (!button) return;
    askSure(sure, {
      title: button.dataset.ask, words: button.dataset.askWords, yes: button.textContent,
      go: () => {
        button.type = "submit";
        button.form.requestSubmit(button);
      },
      done: () => {},
    });
  });
  root.dataset.ready = "";
}
