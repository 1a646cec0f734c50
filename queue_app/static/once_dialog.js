// Shows what can be read only once, to be copied; the browser may forbid to copy, and then it is chosen to be copied by hand.
import { makeDialog } from "./printers_dialogs.js";
import { text } from "./words.js";

const COPIED_MS = 3000;

export function makeOnce(element) {
  const dialog = makeDialog(element);
  const button = element.querySelector("[data-copy]");
  const { value } = dialog.fields;

  button.addEventListener("click", async () => {
    value.select();
    const copied = await navigator.clipboard?.writeText(value.value).then(() => true, () => false);
    if (!copied) return;
    button.textContent = text("copied");
    setTimeout(() => { button.textContent = text("copy"); }, COPIED_MS);
  });
  element.addEventListener("close", () => { value.value = ""; });

  return ({ title, words, label, secret, done }) => {
    dialog.part("words").textContent = words;
    dialog.part("label").textContent = label;
    value.value = secret;
    dialog.open(title, null);
    value.focus();
    value.select();
    element.addEventListener("close", done, { once: true });
  };
}
