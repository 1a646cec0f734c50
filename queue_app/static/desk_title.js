// The words in the browser's tab: who is here; and while nobody has looked yet, that somebody came to an idle desk.
const BLINK_MS = 900;

export function makeTitle() {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let words = document.title;
  let flashing = null;
  let timer = null;

  function draw(on) {
    document.title = flashing && on ? flashing : words;
  }

  function rest() {
    clearInterval(timer);
    flashing = timer = null;
    draw(false);
  }

  for (const kind of ["focus", "pointerdown", "keydown"]) addEventListener(kind, rest);

  return {
    rest,
    set(text) {
      words = text;
      if (!flashing) draw(false);
    },
    flash(text) {
      rest();
      flashing = text;
      draw(true);
      let on = true;
      // Who wants no motion sees the words stand still.
      if (!calm.matches) timer = setInterval(() => draw(on = !on), BLINK_MS);
    },
  };
}
