// The kiosk: puts its parts together. Each part is one behaviour in a file of its own; this one knows the order of things:
// start → (touch) → perhaps what has to be known first → number or problem → (by itself, or a touch) → start.
import { aboutPage } from "./about.js";
import { calledPage } from "./called.js";
import { clockIn } from "./clock.js";
import { closedPage } from "./closed.js";
import { contactPage } from "./contact.js";
import { specialDays } from "./days.js";
import { keepFigures } from "./figures.js";
import { hoursPage } from "./hours.js";
import { whenLeftAlone } from "./idle.js";
import { languages } from "./languages.js";
import { serviceMenu } from "./menu.js";
import { moreBelow } from "./more.js";
import { numberPage } from "./number.js";
import { openPage } from "./pages.js";
import { paperNotice } from "./paper.js";
import { browserPrinter } from "./printing.js";
import { priorityToggle } from "./priority.js";
import { problemPage } from "./problem.js";
import { serviceList } from "./services.js";
import { stages } from "./stages.js";
import { takeNumber } from "./taking.js";

const STALE_MS = 3600000; // an hourly reload renews the session and brings a new version of the pages

export default function kiosk(main) {
  const stage = stages(main);
  const priority = priorityToggle(main);
  const menu = serviceMenu(main, stage, () => more.look());
  const more = moreBelow(main, menu);
  const tongue = languages(main, priority, menu);
  const clock = clockIn(main);
  const days = specialDays(main);
  const closed = closedPage(main, days);
  const services = serviceList(main, choose);
  const paper = paperNotice(main);
  const printer = browserPrinter(main);
  const number = numberPage(main, stage, home, printer);
  const problem = problemPage(main, stage, home);
  const contact = contactPage(main, stage, home, take);
  const about = aboutPage(main, stage, home, ask);
  calledPage(main, stage, home);
  hoursPage(main, stage, home);
  const figures = keepFigures(main, stage, draw);
  const atHome = () => stage.current === "start" || stage.current === "closed";

  function draw(branch) {
    clock.follow(branch.server_time);
    services.draw(branch);
    days.draw(branch);
    closed.draw(branch);
    paper.draw(branch.paper);
    number.paper(branch.paper);
    printer.follow(branch.paper);
    if (atHome()) stage.show(branch.open ? "start" : "closed", { quietly: true });
    more.look();
  }

  function home() {
    contact.forget();
    priority.reset();
    menu.home();
    more.top();
    stage.show(figures.branch.open ? "start" : "closed");
    figures.refresh();
    tongue.reset();
  }

  function choose(service) {
    if (menu.deaf()) return;
    if (about.wanted(service)) about.show(service);
    else ask(service);
  }

  function ask(service) {
    if (contact.wanted()) contact.show(service);
    else take(service);
  }

  async function take(service, left) {
    if (!services.hold(service.id)) return; // the second half of a double touch
    try {
      number.show(await takeNumber(main.dataset.branch, { service: service.id, priority: priority.value, contact: left }), service, figures.branch.paper);
      contact.forget();
    } catch (error) {
      if (contact.refused(error)) return;
      problem.show(error);
    } finally {
      services.release();
    }
  }

  whenLeftAlone(main, () => {
    if (!atHome()) return;
    priority.reset();
    menu.home();
    more.top();
    if (performance.now() > STALE_MS) openPage(location.pathname);
    else tongue.reset();
  });

  menu.open();
  draw(figures.branch);
  main.dataset.ready = "yes"; // everything answers to a touch now
}
