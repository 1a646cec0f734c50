// What the supervisor wrote to the desks: a calm line each, until it is put away.
import { clock, text } from "./words.js";

const MOST = 3;
const KEY = "desk-messages"; // a reload keeps what was not put away
const SEEN = "desk-messages-seen-"; // and the branch: the newest that was ever shown: one that was put away does not come back

export function makeMessages(root) {
  const seen = SEEN + root.dataset.branch;
  const box = root.querySelector('[data-part="messages"]');
  let kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");

  function item({ words, by, at }) {
    const element = document.createElement("p");
    element.className = "message-line";
    element.innerHTML = '<span><b></b> <span></span></span><button class="button button--quiet" type="button" data-key="d" aria-keyshortcuts="D"></button>';
    const [said, button] = element.children;
    said.children[0].textContent = text("message_from", { name: by, time: clock(new Date(at)) });
    said.children[1].textContent = words;
    button.append(text("put_away"), " ", Object.assign(document.createElement("kbd"), { className: "key", textContent: "D" }));
    button.addEventListener("click", () => dismiss([...box.children].indexOf(element)));
    return element;
  }

  function store() {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  }

  function dismiss(index = 0) {
    if (!kept.length) return;
    kept.splice(index, 1);
    const had = box.contains(document.activeElement);
    box.children[index].remove();
    store();
    if (had) root.querySelector('[data-part="now"]').focus({ preventScroll: true });
  }

  box.replaceChildren(...kept.map(item));
  return {
    dismiss,
    // What came over the socket, or, after a break, what the desk's next look still knows.
    heard({ revision, text: words, by, at }) {
      if (revision <= Number(sessionStorage.getItem(seen) ?? 0)) return;
      sessionStorage.setItem(seen, revision);
      kept.unshift({ words, by, at });
      box.prepend(item(kept[0]));
      if (kept.length > MOST) box.lastElementChild.remove();
      kept = kept.slice(0, MOST);
      store();
    },
  };
}
