// What to do when no number was given: in plain words, with a way back, and back by itself.
import { pick, text } from "/static/words.js";
import { countdown } from "./countdown.js";
import { opens, time } from "./when.js";

export function problemPage(main, stage, home) {
  const section = main.querySelector('[data-stage="problem"]');
  const title = section.querySelector('[data-part="problem-title"]');
  const words = section.querySelector('[data-part="problem-text"]');
  const button = section.querySelector('[data-part="back"]');
  const announce = main.querySelector('[data-part="announce"]');
  const back = countdown(section, button, () => { back.stop(); home(); });

  return {
    show(error) {
      [title.textContent, words.textContent] = said(error);
      section.dataset.code = error.code ?? "no_answer";
      stage.show("problem", { focus: button });
      announce.textContent = `${title.textContent} ${words.textContent}`;
      back.start(Number(main.dataset.problemReturnSeconds));
    },
  };
}

function said(error) {
  switch (error.code) {
    case "service_closed": return [text("closed_now"), error.details.opens_at ? opens(error.details.opens_at) : text("choose_other")];
    case "branch_closed": return [text("house_closed"), error.details.opens_at ? opens(error.details.opens_at) : ""];
    case "too_late_today": return [text("too_late"), text("too_late_why", { time: time(error.details.closes_at) })];
    case "service_elsewhere": return [text("no_numbers_here"), pick(error.details.instead)];
    case "quota_reached": return [text("all_taken"), text("choose_other")];
    case "too_many_requests": return [text("busy"), text("try_again")];
    default: return [text("no_answer"), text("ask_staff")];
  }
}
