// A question in a dialog: what it is about, and a promise of whether it was answered with yes.
export function makeAsker(dialog) {
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  let answer = () => {};
  part("yes").addEventListener("click", () => dialog.close("yes"));
  part("no").addEventListener("click", () => dialog.close("no"));
  dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"));
  return (title, words, yes) => {
    part("title").textContent = title;
    part("words").replaceChildren(...words.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    part("yes").textContent = yes;
    dialog.returnValue = "no";
    dialog.showModal();
    part("no").focus();
    return new Promise((resolve) => { answer = resolve; });
  };
}
