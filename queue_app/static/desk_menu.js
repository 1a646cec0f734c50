// The menu of what is needed now and then: M opens it, arrows move, Escape closes it and gives the focus back.
export function makeMenu(root) {
  const opener = root.querySelector('[data-part="menu-open"]');
  const menu = root.querySelector('[data-part="menu"]');
  let from = null; // what had the focus before
  let scrolled = 0; // how far the page was, before the menu needed its room

  const entries = () => [...menu.querySelectorAll('[role^="menuitem"]')].filter((entry) => !entry.disabled);

  function show() {
    if (!menu.hidden) return close();
    from = document.activeElement;
    scrolled = scrollY;
    menu.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    entries()[0].focus();
    menu.scrollIntoView({ block: "nearest" });
  }

  function close(giveFocusBack = true) {
    if (menu.hidden) return;
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    scrollTo({ top: scrolled });
    if (giveFocusBack) (from && from !== document.body ? from : opener).focus({ preventScroll: true });
  }

  opener.addEventListener("click", show);
  // Before the entry acts, so that what it opens has the focus afterwards.
  menu.addEventListener("click", (event) => { if (event.target.closest('[role^="menuitem"]')) close(); }, { capture: true });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(false); });
  document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target) && !opener.contains(event.target)) close(false); });
  menu.addEventListener("keydown", (event) => {
    const list = entries();
    const at = list.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to !== undefined) list.at(to % list.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { close };
}
