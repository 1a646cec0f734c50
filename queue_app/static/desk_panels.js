// The small forms under the buttons: back to the queue, on to another service, counter or person, a note, a new number.
import { label as setLabel, text } from "./words.js";
import { className } from "./desk_names.js";

export function makePanels(root, state, { actions, issue }) {
  const forms = new Map([...root.querySelectorAll("[data-form]")].map((form) => [form.dataset.form, form]));
  const opener = (name) => root.querySelector(`[data-panel="${name}"]`);
  let open = null;
  let about = null; // the ticket a note is about

  function show(name, ticket = state.view.counter.ticket) {
    if (open === name && about === ticket) return close();
    if (!isAllowed(name, ticket) || state.busy) return;
    close(false);
    open = name;
    about = ticket;
    const form = forms.get(name);
    form.reset();
    fill(form, ticket);
    form.hidden = false;
    opener(name).setAttribute("aria-expanded", "true");
    form.querySelector("select, input").focus();
    form.scrollIntoView({ block: "nearest" });
  }

  const isAllowed = (name, ticket) => (name === "note" && ticket ? true : actions.may(name));

  function fill(form, ticket) {
    const { classes, people } = state.view;
    if (form.elements.service && ticket) form.elements.service.value = ticket.service;
    form.querySelector("[data-people]")?.replaceChildren(...people.map(({ id, name }) => new Option(name, `user ${id}`)));
    const list = form.querySelector("[data-classes]");
    list?.replaceChildren(list.options[0], ...classes.map((name) => new Option(className(name), name)));
    if (open === "note") form.querySelector('[data-part="note-of"]').textContent = text("note_on", { label: setLabel(ticket.label) });
  }

  function close(giveFocusBack = true) {
    if (open === null) return;
    forms.get(open).hidden = true;
    opener(open).setAttribute("aria-expanded", "false");
    if (giveFocusBack) root.querySelector('[data-part="now"]').focus();
    open = about = null;
  }

  const SEND = {
    return: ({ position, minutes }) => actions.act("return", { position, minutes: Number(minutes || 0) }),
    transfer({ position, service, to, note }) {
      const [kind, id] = to.split(" ");
      return actions.act("transfer", { service, position, ...(kind && { [kind]: Number(id) }), ...(note.trim() && { note: note.trim() }) });
    },
    note: (values) => actions.act("notes", { text: values.text.trim() }, { ticket: about.id, label: about.label }),
    issue: (values) => issue(values),
  };

  async function submit(event) {
    event.preventDefault();
    if (state.busy) return;
    const done = await SEND[open](Object.fromEntries(new FormData(event.target)));
    if (done === true) close(!document.querySelector("dialog[open]"));
  }

  // Enter sends the form from a list of choices too, unless it is the one that ends choosing.
  function onKey(event, form) {
    const list = event.target.closest("select");
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && list && !(CSS.supports("selector(:open)") && list.matches(":open"))) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  for (const [name, form] of forms) {
    opener(name).addEventListener("click", () => show(name));
    form.addEventListener("submit", submit);
    form.querySelector('[data-part="cancel"]').addEventListener("click", () => close());
    form.addEventListener("keydown", (event) => onKey(event, form));
  }
  return {
    show,
    // The ticket may have gone meanwhile: the visitor left, or the day ended. A note on somebody who waits stays.
    check: () => { if (open !== null && open !== "note" && !actions.may(open)) close(); },
  };
}
