// Everything by keyboard: one key an action, never while something is being typed, and never twice because a key was held down.
export function attachKeys(root, state, { actions, panels, line, slips }) {
  const help = root.querySelector('[data-part="help-box"]');
  const keys = new Map([...root.querySelectorAll("[data-key]")].map((button) => [button.dataset.key, button]));
  root.querySelector('[data-part="help"]').addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || help.open || !state.view) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    // On a button that has the focus, the space bar presses that button.
    if (event.key === " " && event.target.closest("button, a")) return;
    const key = event.key.toLowerCase();
    const button = keys.get(key);
    if (key === "?") help.showModal();
    else if (key === "l") line.focus();
    else if (key === "w") slips.toggle();
    else if (!button || button.disabled) return;
    else if (button.dataset.panel) panels.show(button.dataset.panel);
    else actions.act(button.dataset.act);
    event.preventDefault();
  });
}
