// The newest call, as large as its room allows; or, where nobody can be called, that in words.
import { label as setLabel, text } from "/static/words.js";
import { arrow, make, pulse, speaksForItself } from "../elements.js";
import { emWidth, whenChanged } from "../measure.js";

const FLAT = 3.3; // times as wide as high

export function makeStage(layout) {
  const caption = make("p", "stage-caption");
  const label = make("span", "stage-label");
  const to = make("p", "stage-line stage-to");
  const message = make("p", "stage-message");
  const stage = make("section", "stage", caption, make("p", "stage-line", label), to, message);
  stage.setAttribute("aria-hidden", "true"); // said in words by the page's status
  stage.dataset.state = "message";

  function drawTo({ counter }) {
    const direction = layout.arrows[counter];
    const name = make("span", "stage-counter", counter);
    name.classList.toggle("long", counter.length > 12);
    const word = make("span", "stage-word", text("to_counter"));
    word.hidden = speaksForItself(counter);
    to.replaceChildren(...(direction ? [word, name, arrow(direction)] : [arrow(), word, name]));
  }

  const fit = whenChanged(stage, () => [stage.dataset.state, stage.dataset.call], () => {
    stage.toggleAttribute("data-flat", stage.clientWidth > FLAT * stage.clientHeight);
    const [ofLabel, ofLine] = [label, to].map((element) => Math.max(1, emWidth(element)).toFixed(3));
    label.style.setProperty("--label-em", ofLabel);
    to.style.setProperty("--to-em", ofLine);
    // Twice: the word in it has a least size of its own, so its width in em changes with the type.
    to.style.setProperty("--to-em", Math.max(1, emWidth(to)).toFixed(3));
  });

  return {
    element: stage,
    label,
    draw({ large, fresh, instead }) {
      stage.dataset.state = !large ? "message" : fresh ? "calling" : "rest";
      message.textContent = large ? "" : text(instead ?? "start");
      caption.textContent = large ? text(fresh ? "now" : "last") : "";
      if (stage.dataset.call === String(large?.call_id)) return;
      stage.dataset.call = String(large?.call_id);
      label.textContent = large ? setLabel(large.label) : "";
      if (large) drawTo(large);
      pulse(stage);
    },
    fit,
    calls: ({ large }) => (large ? [[large.call_id, label]] : []),
  };
}
