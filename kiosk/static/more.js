// Says that there are more services than fit, and brings them: a finger may scroll, but nobody has to know that.
import { text } from "/static/words.js";

export function moreBelow(main) {
  const list = main.querySelector('[data-part="services"]');
  const button = main.querySelector('[data-part="more"]');
  const below = () => list.scrollHeight - list.clientHeight - list.scrollTop;

  function look() {
    button.hidden = list.scrollHeight - list.clientHeight < 8;
    button.textContent = text(below() < 8 ? "first_services" : "more_services");
  }

  button.addEventListener("click", () => {
    const top = below() < 8 ? 0 : list.scrollTop + list.clientHeight * 0.8;
    list.scrollTo({ top, behavior: "smooth" });
  });
  list.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(list);
  return { look, top: () => list.scrollTo({ top: 0 }) };
}
