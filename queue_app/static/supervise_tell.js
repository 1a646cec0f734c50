// What a supervisor says to others: one line to the desks, and the notice that stands in the lobby.
import { call } from "./api.js";
import { clock, pick, plural, text } from "./words.js";

export function makeMessage(dialog, { path, say }) {
  const { fields: { text: line } } = dialog;
  const left = () => { dialog.part("left").textContent = plural("letters_left", line.maxLength - line.value.length); };
  line.addEventListener("input", left);
  return () => {
    line.value = "";
    left();
    dialog.open(text("message_title"), async () => {
      await call("POST", `${path}/message`, { text: line.value.trim() });
      say(text("done_message", { time: clock(new Date()) }));
    });
    line.focus();
  };
}

export function makeNotice(dialog, state, { path, say, refresh }) {
  const areas = [...dialog.form.querySelectorAll("textarea")];
  const typed = () => Object.fromEntries(areas.filter((area) => area.value.trim()).map((area) => [area.name, area.value.trim()]));

  // What the lobby shows: its screens speak the branch's first language.
  function preview() {
    const fallback = document.body.dataset.fallback;
    const notice = typed();
    const shown = dialog.part("preview");
    shown.textContent = notice[fallback] || pick(notice) || text("no_notice");
    shown.dataset.none = Object.keys(notice).length ? "no" : "yes";
  }

  async function send(notice) {
    await call("POST", `${path}/notice`, { notice });
    await refresh();
    say(text(Object.keys(notice).length ? "done_notice" : "done_notice_clear"));
  }

  dialog.form.addEventListener("input", preview);
  dialog.part("clear").addEventListener("click", () => {
    for (const area of areas) area.value = "";
    preview();
    dialog.form.requestSubmit();
  });
  return () => {
    for (const area of areas) area.value = state.facts.notice[area.name] ?? "";
    preview();
    dialog.open(text("notice_title"), () => send(typed()));
    areas[0].focus();
  };
}
