// What can be done with somebody who waits, beside calling: first, last, another service, a note, the end of the visit.
import { label as setLabel, text } from "./words.js";
import { serviceName, services } from "./desk_names.js";

export function makeRow({ actions, ask, panels }) {
  const move = (ticket, body, said) => actions.act("move", body, { ticket: ticket.id, label: ticket.label, said });

  const DO = {
    first: (ticket) => move(ticket, { position: "first" }, "first"),
    last: (ticket) => move(ticket, { position: "last" }, "last"),
    async elsewhere(ticket) {
      const options = Object.keys(services).filter((slug) => slug !== ticket.service).map((slug) => ({ value: slug, words: `${services[slug].letter} ${serviceName(slug)}` }));
      const service = await ask({ title: text("ask_service_move", { label: setLabel(ticket.label) }), options });
      if (service !== null) move(ticket, { service }, "elsewhere");
    },
    note: (ticket) => panels.show("note", ticket),
    async cancel(ticket) {
      const options = [{ value: "yes", words: text("cancel_sure") }, { value: "no", words: text("cancel_not") }];
      const sure = await ask({ title: text("cancel_title", { label: setLabel(ticket.label) }), hint: text("cancel_hint"), options, careful: true });
      if (sure === "yes") actions.act("cancel", {}, { ticket: ticket.id, label: ticket.label });
    },
  };

  return async function more(ticket) {
    const options = Object.keys(DO).map((value) => ({ value, words: text(`row_${value}`) }));
    const chosen = await ask({ title: setLabel(ticket.label), options });
    if (chosen !== null) DO[chosen](ticket);
  };
}
