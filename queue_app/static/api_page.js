// Finds paths of the API by any words of their method, path and summary; a link to one of them opens it.
const AFTER_MS = 120; // so long after the last key

export default function apiPage(root) {
  const field = root.querySelector("#find");
  const found = root.querySelector('[data-part="found"]');
  const groups = [...root.querySelectorAll('[data-part="group"]')];
  const operations = [...root.querySelectorAll('[data-part="operation"]')].map((element) => ({
    element, words: element.querySelector("summary").textContent.toLowerCase(),
  }));

  function find() {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const { element, words } of operations) {
      element.hidden = !wanted.every((word) => words.includes(word));
      number += element.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("details:not([hidden])");
    found.textContent = wanted.length ? found.dataset.words.replace("%(number)s", number) : "";
  }

  function openLinked() {
    const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (linked?.matches("details")) linked.open = true;
  }

  let waiting = null;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, AFTER_MS);
  });
  window.addEventListener("hashchange", openLinked);
  openLinked();
}
