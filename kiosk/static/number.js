// The number page: the number, who is before it, the slip or why there is none, and back to the start by itself.
import { ahead, label, pick, text, wait } from "/static/words.js";
import { countdown } from "./countdown.js";
import { watchTicket } from "./watch.js";

export function numberPage(main, stage, home) {
  const section = main.querySelector('[data-stage="number"]');
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const back = countdown(section, part("done"), leave);
  const announce = main.querySelector('[data-part="announce"]');
  let watch = null;
  let print = null; // how the slip stands
  let late = null; // the timer after which a slip that has not come is not waited for any more
  let slipMissing = false;

  function leave() {
    back.stop();
    clearTimeout(late);
    watch?.stop();
    watch = null;
    home();
  }

  function say(name, words) {
    part(name).textContent = words ?? "";
    part(name).hidden = !words;
  }

  // Called again with every change of the ticket while the page is shown.
  function follow(ticket) {
    const called = ticket.state === "called" || ticket.state === "serving";
    say("called", called && text("please_come", { counter: ticket.counter }));
    say("ahead", called ? "" : ahead(ticket.ahead));
    say("wait", called ? "" : wait(ticket.forecast));
    part("wait").dataset.known = ticket.forecast.low_seconds === null ? "no" : "yes";
  }

  // A printer without paper is tried again and again, and slips behind it wait: they are queued still, with an error or too long.
  function slip(tooLong = false) {
    const missing = print.state === "failed" || (print.state !== "printed" && print.state !== "none" && (print.error !== null || tooLong || slipMissing));
    say("slip", text(missing ? "no_paper" : print.state === "none" ? "remember_number" : "take_slip"));
    part("slip").dataset.state = missing ? "failed" : print.state;
    if (missing && !slipMissing) {
      slipMissing = true;
      announce.textContent = text("no_paper");
      back.start(Number(main.dataset.failedReturnSeconds)); // time to find the phone
    }
  }

  return {
    show({ ticket, print: printing }, service) {
      print = printing;
      slipMissing = false;
      part("label").textContent = label(ticket.label);
      say("service-name", pick(service.name));
      say("bring", pick(service.bring) && text("have_ready", { things: pick(service.bring) }));
      part("number-priority").hidden = ticket.priority !== "priority";
      follow(ticket);
      code(part("phone"), part("qr"), ticket.token);
      stage.show("number", { focus: part("done") });
      fit(section, part("label"));
      announce.textContent = text("number_spoken", { letters: ticket.series, number: ticket.number });
      back.start(Number(main.dataset.returnSeconds));
      slip();
      late = setTimeout(() => slip(true), Number(main.dataset.slipSeconds) * 1000);
      watch = watchTicket(ticket.token, (now) => {
        print = now.print;
        follow(now);
        slip();
      });
    },
  };
}

// The code is shown when it has come; without it the page is whole.
function code(figure, image, token) {
  figure.hidden = true;
  image.onload = () => { figure.hidden = false; };
  image.src = `/t/${token}/qr.svg`;
}

// As large as the page allows, whichever letters the label has: the style sheet is told how wide it is, in its own font size.
function fit(section, element) {
  const text = document.createRange();
  text.selectNodeContents(element);
  const ems = text.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(element).fontSize);
  section.style.setProperty("--ems", ems.toFixed(3));
}
