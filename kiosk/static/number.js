// The number page: the number, who is before it, the slip or why there is none, and back to the start by itself.
import { ahead, label, pick, text, wait } from "/static/words.js";
import { countdown } from "./countdown.js";
import { slipLine } from "./slip.js";
import { watchTicket } from "./watch.js";

export function numberPage(main, stage, home, printer) {
  const section = main.querySelector('[data-stage="number"]');
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const back = countdown(section, part("done"), leave);
  const announce = main.querySelector('[data-part="announce"]');
  const slip = slipLine(main, section, { moreTime: back.start, printHere: printer.print });
  let watch = null;

  function leave() {
    back.stop();
    slip.stop();
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

  return {
    show(taken, service, paper) {
      const { ticket } = taken;
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
      slip.start(taken, paper);
      watch = watchTicket(ticket.token, (now) => {
        follow(now);
        slip.follow(now);
      });
    },
    paper: slip.paper,
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
