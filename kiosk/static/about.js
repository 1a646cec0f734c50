// Before the number: what has to be known first, and a service that gives no number but says where it is done instead.
import { pick, text } from "/static/words.js";
import { countdown } from "./countdown.js";

export function aboutPage(main, stage, home, take) {
  const section = main.querySelector('[data-stage="about"]');
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const back = countdown(section, part("about-back"), leave);
  let service = null;

  function leave() {
    back.stop();
    home();
  }

  function say(name, words) {
    part(name).textContent = words;
    part(name).hidden = !words;
  }

  part("about-take").addEventListener("click", () => {
    if (back.deaf()) return;
    back.stop();
    take(service);
  });

  return {
    // Says whether there is anything to be said first.
    wanted: (one) => one.reason === "instead" || Boolean(pick(one.conditions)),
    show(one) {
      service = one;
      const elsewhere = one.reason === "instead";
      section.dataset.kind = elsewhere ? "instead" : "conditions";
      part("about-name").textContent = pick(one.name);
      say("about-words", pick(elsewhere ? one.instead : one.conditions));
      say("about-bring", pick(one.bring) && text("have_ready", { things: pick(one.bring) }));
      part("about-take").hidden = elsewhere;
      part("about-back").classList.toggle("button--main", elsewhere);
      stage.show("about", { focus: part("about-name") });
      back.start(Number(main.dataset.aboutSeconds));
    },
  };
}
