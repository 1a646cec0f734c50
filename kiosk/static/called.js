// "Which number is being called?": the last calls in words, and spoken in the language of the page, for whoever does not see the lobby's screens.
import { call } from "/static/api.js";
import { clipAddress, fetchClip, playClip, sayable, speakText } from "/static/clips.js";
import { label as setLabel, text } from "/static/words.js";
import { countdown } from "./countdown.js";

const MOST = 3;
const LISTENING_SECONDS = 40; // for three calls and a slow voice; when all are spoken the shorter time of the page holds

export function calledPage(main, stage, leave) {
  const section = main.querySelector('[data-stage="called"]');
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const back = countdown(section, part("called-back"), () => { stop(); leave(); });
  const language = document.documentElement.lang;
  let speaking = new AbortController();

  function stop() {
    speaking.abort(new Error("not wanted any more"));
    back.stop();
  }

  async function show() {
    speaking = new AbortController();
    const { signal } = speaking;
    draw([], "one_moment");
    stage.show("called");
    back.start(LISTENING_SECONDS);
    try {
      const { calls } = await call("GET", `/branches/${main.dataset.branch}/board`);
      if (signal.aborted) return;
      draw(calls.slice(0, MOST), calls.length ? "" : "called_nobody");
      for (const [index, made] of calls.slice(0, MOST).entries()) await say(made, index, signal);
    } catch {
      if (!signal.aborted) draw([], "called_no_answer");
    }
    if (!signal.aborted) back.start(Number(main.dataset.problemReturnSeconds));
  }

  async function say(made, index, signal) {
    for (const item of part("called-list").children) item.dataset.now = item === part("called-list").children[index] ? "yes" : "no";
    try {
      await playClip(await fetchClip(clipAddress(main.dataset.branch, language, made)), { signal });
    } catch {
      if (!signal.aborted) await speakText(language, text("said", { label: sayable(made.label), counter: made.counter }), { signal }).catch(() => {});
    }
  }

  function draw(calls, message) {
    part("called-text").textContent = message ? text(message) : "";
    part("called-text").hidden = !message;
    part("called-list").replaceChildren(...calls.map(row));
  }

  main.querySelector('[data-part="ask"]').addEventListener("click", show);
}

function row({ label, counter }) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = text("said", { label, counter });
  item.append(cell("called__label", setLabel(label)), cell("called__arrow", "→"), cell("called__counter", /\p{L}{3}/u.test(counter) ? counter : text("called_counter", { counter })), words);
  return item;
}

function cell(name, content) {
  const span = document.createElement("span");
  span.className = name;
  span.setAttribute("aria-hidden", "true");
  span.textContent = content;
  return span;
}
