// The opening hours, when somebody asks for them while the house is open; the closed page shows the same.
import { countdown } from "./countdown.js";

export function hoursPage(main, stage, home) {
  const section = main.querySelector('[data-stage="hours"]');
  const button = main.querySelector('[data-part="ask-hours"]');
  if (!button) return;
  const back = countdown(section, section.querySelector('[data-part="hours-back"]'), () => { back.stop(); home(); });
  button.addEventListener("click", () => {
    stage.show("hours");
    back.start(Number(main.dataset.aboutSeconds));
  });
}
