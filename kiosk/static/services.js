// The buttons of the services: what is waiting and how long, or why it is closed and when it opens.
import { pick, plural, text, wait } from "/static/words.js";
import { opens, time } from "./when.js";

const SOON_MS = 90 * 60000; // an end that is nearer than this is told

export function serviceList(main, take) {
  const groups = [...main.querySelectorAll("[data-opens]")];
  const buttons = new Map([...main.querySelectorAll("[data-service]")].map((button) => [button.dataset.service, button]));
  const announce = main.querySelector('[data-part="announce"]');
  let known = new Map();
  let last = null; // the branch as it was drawn last
  let held = null; // the service whose number is being taken

  for (const [id, button] of buttons) {
    button.addEventListener("click", () => {
      const service = known.get(id);
      if (!service) return;
      if (usable(service)) take(service);
      else announce.textContent = whyNot(service).join(". "); // seen on the button; this one is for the ears
    });
  }

  function draw(branch) {
    last = branch;
    known = new Map(branch.services.map((service) => [service.id, service]));
    for (const [id, button] of buttons) {
      const service = known.get(id);
      if (!service) continue;
      button.dataset.state = service.reason === "instead" ? "instead" : service.state;
      button.setAttribute("aria-disabled", usable(service) ? "false" : "true");
      button.setAttribute("aria-busy", held === id ? "true" : "false");
      const lines = held === id ? [text("one_moment")] : service.state === "open" ? figures(service, branch) : whyNot(service);
      button.querySelector('[data-part="figures"]').replaceChildren(...lines.map(line));
    }
    for (const group of groups) drawGroup(group, group.dataset.services.split(" ").map((id) => known.get(id)).filter(Boolean));
  }

  return {
    draw,
    // One touch at a time: says whether this one may go on.
    hold(id) {
      if (held !== null) return false;
      held = id;
      draw(last);
      return true;
    },
    release() {
      held = null;
      draw(last);
    },
  };
}

function figures(service, branch) {
  const lines = [service.waiting === 0 ? text("waiting_nobody") : plural("waiting", service.waiting)];
  if (service.forecast.low_seconds !== null) lines.push(wait(service.forecast)); // unknown is not worth a line on every button
  const now = Date.parse(branch.server_time);
  const end = service.closes_at && Date.parse(service.closes_at);
  if (end && service.forecast.low_seconds !== null && now + service.forecast.low_seconds * 1000 > end) {
    lines.push(text("may_be_too_late", { time: time(service.closes_at) }));
  } else if (end && (end - now < SOON_MS || service.closes_at !== branch.closes_at)) {
    lines.push(text("until", { time: time(service.closes_at) }));
  }
  return lines;
}

// A service that gives no numbers is touched all the same: it says where it is done.
function usable(service) {
  return service.state === "open" || service.reason === "instead";
}

function whyNot(service) {
  const later = service.opens_at ? [opens(service.opens_at)] : [];
  switch (service.reason) {
    case "instead": return [text("instead_touch")];
    case "break": return [text("break_until", { time: time(service.opens_at) })];
    case "quota": case "numbers": return [text("all_taken"), ...later];
    case "too_late": return [text("too_late"), ...later];
    case "season": return [text("not_in_season"), ...later];
    case "holiday": case "exception": return [pick(service.reason_name) || text("closed"), ...later];
    default: return [opens(service.opens_at)];
  }
}

// A group with nothing open in it is entered like any other: there each service says why.
function drawGroup(button, services) {
  const open = services.filter(usable);
  button.dataset.state = open.length ? "open" : "closed";
  const first = services.map((service) => service.opens_at).filter(Boolean).sort()[0];
  const words = open.length ? plural("services", services.length) : opens(first);
  button.querySelector('[data-part="figures"]').replaceChildren(line(words));
}

function line(content) {
  const element = document.createElement("span");
  element.textContent = content;
  return element;
}
