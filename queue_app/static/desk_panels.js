// The two small forms under the buttons: back to the queue, and on to another service or counter.
export function makePanels(root, state, actions) {
  const forms = new Map([...root.querySelectorAll("[data-form]")].map((form) => [form.dataset.form, form]));
  const opener = (name) => root.querySelector(`[data-panel="${name}"]`);
  let open = null;

  function show(name) {
    if (open === name) return close();
    if (!actions.may(name) || state.busy) return;
    close(false);
    open = name;
    const form = forms.get(name);
    form.reset();
    const ticket = state.view.counter.ticket;
    if (form.elements.service) form.elements.service.value = ticket.service;
    form.hidden = false;
    opener(name).setAttribute("aria-expanded", "true");
    form.querySelector("select, input").focus();
  }

  function close(giveFocusBack = true) {
    if (open === null) return;
    forms.get(open).hidden = true;
    opener(open).setAttribute("aria-expanded", "false");
    if (giveFocusBack) root.querySelector('[data-part="now"]').focus();
    open = null;
  }

  async function submit(event) {
    event.preventDefault();
    const name = event.target.dataset.form;
    const values = Object.fromEntries(new FormData(event.target));
    const body = { position: values.position };
    if (name === "return") body.minutes = Number(values.minutes || 0);
    if (name === "transfer") {
      body.service = values.service;
      if (values.counter) body.counter = Number(values.counter);
    }
    if (await actions.act(name, body)) close();
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
    // The ticket may have gone meanwhile: the visitor left, or the day ended.
    check: () => { if (open !== null && !actions.may(open)) close(); },
  };
}
