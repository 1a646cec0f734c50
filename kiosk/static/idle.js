// Tells when nobody has touched the kiosk for `data-idle-seconds`, again and again.
export function whenLeftAlone(main, act) {
  let timer = null;
  function awake() {
    clearTimeout(timer);
    timer = setTimeout(() => { act(); awake(); }, Number(main.dataset.idleSeconds) * 1000);
  }
  for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, awake, { capture: true, passive: true });
  awake();
}
