// Says that there are more services than fit, and brings them: a finger may scroll, but nobody has to know that.
import { text } from "/static/words.js";

export function moreBelow(main, menu) {
  const button = main.querySelector('[data-part="more"]');
  const below = () => menu.list.scrollHeight - menu.list.clientHeight - menu.list.scrollTop;

  function look() {
    const { list } = menu;
    button.hidden = list.scrollHeight - list.clientHeight < 8;
    button.textContent = text(below() < 8 ? "first_services" : "more_services");
  }

  button.addEventListener("click", () => {
    const { list } = menu;
    const top = below() < 8 ? 0 : list.scrollTop + list.clientHeight * 0.8;
    list.scrollTo({ top, behavior: "smooth" });
  });
  const sizes = new ResizeObserver(look);
  for (const list of menu.lists) {
    list.addEventListener("scroll", look, { passive: true });
    sizes.observe(list);
  }
  return { look, top: () => menu.list.scrollTo({ top: 0 }) };
}
