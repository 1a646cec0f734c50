// A press: what it still needs to know (which service, how the last one ended, why the pause) is asked first, then it is done.
import { label as setLabel, pick, plural, text } from "./words.js";
import { services } from "./desk_names.js";

const NO_OUTCOME = "";
const PAUSES = ["break", "lunch", "back_office", "meeting", "other"]; // the words that are kept; desk texts name them

export function makePress(root, state, { actions, ask, ended }) {
  const ticketHere = () => state.view.counter.ticket;

  // How the service ends that this press finishes: null where the clerk thought better of it.
  async function outcome() {
    const ticket = ticketHere();
    if (!ticket?.outcomes?.length) return {};
    const required = state.view.rules?.outcome_required;
    const options = ticket.outcomes.map(({ code, name }) => ({ value: code, words: typeof name === "string" ? name : pick(name) }));
    if (!required) options.push({ value: NO_OUTCOME, words: text("no_outcome"), zero: true });
    const code = await ask({ title: text("ask_outcome", { label: setLabel(ticket.label) }), options, careful: required });
    if (code === null) return null;
    return code === NO_OUTCOME ? {} : { outcome: code };
  }

  async function service(title, slugs, hint = () => "") {
    const options = slugs.map((slug) => ({ value: slug, words: `${services[slug].letter} ${services[slug].name}`, hint: hint(slug) }));
    const slug = await ask({ title, options });
    return slug === null ? null : { service: slug };
  }

  function waitingBySlug() {
    const counts = new Map();
    for (const ticket of state.view.waiting) counts.set(ticket.service, (counts.get(ticket.service) ?? 0) + 1);
    return counts;
  }

  // What each press asks for, and as what it is then sent: [name, body], or null where nothing is to be done.
  const QUESTIONS = {
    next: async () => join("next", await outcome()),
    finish: async () => join("finish", await outcome()),
    async call({ ticket, label }) {
      const more = await outcome();
      return more && ["call", { ticket, ...more }, { label }];
    },
    async service() {
      const counts = waitingBySlug();
      const slugs = Object.keys(services).filter((slug) => counts.has(slug));
      const chosen = await service(text("ask_service_next"), slugs, (slug) => plural("people_waiting", counts.get(slug)));
      return chosen && join("next", await outcome(), chosen);
    },
    async "without-ticket"() {
      const chosen = await service(text("ask_service_without"), Object.keys(services));
      return chosen && join("serve-without-ticket", await outcome(), chosen);
    },
    "add-service": async () => join("add-service", await service(text("ask_service_add", { label: setLabel(ticketHere().label) }), Object.keys(services))),
    async "park-for"() {
      const options = state.view.people.map(({ id, name }) => ({ value: id, words: name }));
      const user = await ask({ title: text("ask_person", { label: setLabel(ticketHere().label) }), options });
      return user === null ? null : ["park", { user }, { said: "park-for" }];
    },
    async pause() {
      if (state.view.counter.state === "paused") return ["resume", {}];
      const options = PAUSES.map((value) => ({ value, words: text(`pause_${value}`) }));
      const reason = await ask({ title: text("ask_pause"), options });
      return reason === null ? null : ["pause", { reason }];
    },
    async "wrap-up"() {
      if (state.view.counter.state === "wrap_up") return ["resume", {}];
      return ticketHere() ? join("finish", await outcome(), { wrap_up: true }) : ["wrap-up", {}];
    },
    async reopen() {
      const options = ended.list().map(({ id, label, how }) => ({ value: id, words: setLabel(label), hint: text(`ended_${how}`) }));
      const ticket = await ask({ title: text("ask_reopen"), options });
      if (ticket === null) return null;
      return ["reopen", {}, { ticket, label: options.find((option) => option.value === ticket).words }];
    },
  };

  async function press(name, given = {}) {
    if (!actions.may(name) || state.busy) return false;
    const wish = name in QUESTIONS ? await QUESTIONS[name](given) : [name, {}];
    if (!wish) return false;
    const done = await actions.act(...wish);
    // The branch wants an outcome since a moment ago: the desk was read anew, and asks.
    if (done === "outcome_needed" && ticketHere()?.outcomes?.length) return press(name, given);
    return done === true;
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) press(button.dataset.act);
  });
  return press;
}

function join(name, ...parts) {
  return parts.includes(null) ? null : [name, Object.assign({}, ...parts)];
}
