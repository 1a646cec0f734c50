// Which of the kiosk's stages is shown; focus goes where the next key press belongs.
const WITH_FOOT = new Set(["start", "closed"]);

export function stages(main) {
  const sections = [...main.querySelectorAll("[data-stage]")];
  const foot = main.querySelector('[data-part="foot"]');
  let current = "start";
  return {
    get current() { return current; },
    show(name, { quietly = false, focus } = {}) {
      if (name === current && quietly) return;
      current = name;
      for (const section of sections) section.hidden = section.dataset.stage !== name;
      foot.hidden = !WITH_FOOT.has(name);
      main.dataset.showing = name;
      const shown = sections.find((section) => section.dataset.stage === name);
      if (!quietly) (focus ?? shown.querySelector("h1[tabindex]"))?.focus({ preventScroll: true });
    },
  };
}
