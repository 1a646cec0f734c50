// Everything by keyboard: one key an action, never while something is being typed, and never twice because a key was held down.
// Who dictates or uses a speech program can turn single keys off; every button is reached by Tab as well.
const OFF_KEY = "desk-keys";

export function attachKeys(root, state, { line, menu, messages }) {
  const help = root.querySelector('[data-part="help-box"]');
  const wanted = root.querySelector('[data-part="keys-on"]');
  wanted.checked = localStorage.getItem(OFF_KEY) !== "off";
  wanted.addEventListener("change", () => localStorage.setItem(OFF_KEY, wanted.checked ? "on" : "off"));
  root.querySelector('[data-part="help"]').addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!wanted.checked || !state.view || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    // On a button that has the focus, the space bar presses that button.
    if (event.key === " " && event.target.closest("button, a")) return;
    const key = event.key.toLowerCase();
    const button = [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.disabled && !one.hidden);
    if (key === "l") line.focus();
    else if (key === "d") messages.dismiss();
    else if (!button) return;
    else {
      if (key !== "m") menu.close();
      button.click();
    }
    event.preventDefault();
  });
}
