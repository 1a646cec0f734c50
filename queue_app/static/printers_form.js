// The form of one printer: the kind first, then exactly the fields that this kind declares. What is wrong is said at its field.
import { ApiError, call } from "./api.js";
import { markField as mark, reasonOf } from "./form_marks.js";
import { text } from "./words.js";

export function makeForm(dialog, { root, path, state, refresh, say }) {
  const { form, element } = dialog;
  const { kind, name, profile, paper, fallback } = form.elements;
  const fieldsets = [...form.querySelectorAll("fieldset[data-kind]")];
  const open = () => fieldsets.find((fieldset) => fieldset.dataset.kind === kind.value);
  const controls = () => [...open().querySelectorAll("[data-address]")];
  let changed = null; // the printer that is changed; null while one is added

  function turn() {
    for (const fieldset of fieldsets) fieldset.hidden = fieldset.disabled = fieldset.dataset.kind !== kind.value;
    form.querySelector("#f-kind-hint").textContent = kind.selectedOptions[0].dataset.meaning;
    turnForm();
  }

  // A document has a paper, everything else a model.
  function turnForm() {
    const chosen = open().querySelector('[data-address="form"]')?.value ?? kind.selectedOptions[0].dataset.forms.split(" ")[0];
    form.querySelector('[data-for="profile"]').hidden = chosen === "pdf";
    form.querySelector('[data-for="paper"]').hidden = chosen !== "pdf";
  }

  function fill(printer) {
    form.reset();
    for (const control of form.querySelectorAll(".ask [id]")) mark(control, "");
    for (const fold of form.querySelectorAll("details")) fold.open = false;
    for (const control of form.querySelectorAll("[data-secret]")) control.placeholder = "";
    const others = state.printers.filter((other) => other.id !== printer?.id);
    fallback.replaceChildren(new Option(text("nobody"), ""), ...others.map((other) => new Option(other.name, other.id)));
    kind.value = printer?.kind ?? "network";
    if (printer) {
      name.value = printer.name;
      profile.value = printer.profile;
      paper.value = printer.paper;
      fallback.value = printer.fallback ?? "";
    }
    if (!kind.value) kind.selectedIndex = 0;
    turn();
    for (const control of printer ? controls() : []) put(control, printer.address[control.dataset.address]);
    turnForm();
  }

  function put(control, value) {
    if (value === undefined || value === null) return;
    if (control.dataset.secret) control.placeholder = value ? text("secret_kept") : "";
    else if (control.type === "checkbox") control.checked = value;
    else control.value = value;
  }

  // Why a value cannot be taken, or an empty text; printers/way.py checks the same once more.
  function wrongWith(control) {
    const value = control.value.trim();
    const { type, min, max, pattern, example, secret } = control.dataset;
    if (value === "") {
      const kept = secret && changed?.kind === kind.value && control.placeholder;
      return control.required && !kept ? text("need_value") : "";
    }
    if (type === "int" || type === "float") return wrongNumber(Number(value.replace(",", ".")), type, min, max);
    if (pattern && !new RegExp(`^(?:${pattern})$`).test(value)) return text("need_like", { example });
    return "";
  }

  function wrongNumber(number, type, low, high) {
    const bad = Number.isNaN(number) || (type === "int" && !Number.isInteger(number)) || (low && number < Number(low)) || (high && number > Number(high));
    return bad ? text(type === "int" ? "need_whole" : "need_number", { low, high }) : "";
  }

  function read(control) {
    const { type } = control.dataset;
    const usual = control.dataset.default;
    if (control.type === "checkbox") return control.checked === (usual === "True") ? null : control.checked;
    const value = control.value.trim();
    if (value === "" || (control.tagName === "SELECT" && value === usual)) return null;
    return type === "int" || type === "float" ? Number(value.replace(",", ".")) : value;
  }

  function check() {
    const wrong = [name, ...controls()].filter((control) => {
      const words = wrongWith(control);
      mark(control, words);
      return words;
    });
    if (wrong.length) show(wrong[0]);
    return wrong.length === 0;
  }

  function show(control) {
    const fold = control.closest("details");
    if (fold) fold.open = true;
    control.focus();
  }

  // The server's refusal at the field it names.
  function refused(error) {
    if (!(error instanceof ApiError)) throw error;
    const place = error.code === "name_taken" ? "name" : String(error.details.field ?? "");
    const control = place.startsWith("address/") ? open().querySelector(`[data-address="${CSS.escape(place.slice(8))}"]`) : form.elements[place];
    if (!control?.closest?.("[data-ask]")) throw error;
    mark(control, reasonOf(error));
    show(control);
  }

  async function save() {
    if (!check()) return false;
    const address = {};
    for (const control of controls()) {
      const value = read(control);
      if (value !== null) address[control.dataset.address] = value;
    }
    const wish = {
      name: name.value, kind: kind.value, address, profile: profile.value, paper: paper.value,
      fallback: fallback.value ? Number(fallback.value) : null,
    };
    let printer;
    try {
      printer = await call("POST", `${path}/printers${changed ? `/${changed.id}` : ""}`, wish);
    } catch (error) {
      refused(error);
      return false;
    }
    dialog.close();
    await refresh().catch(() => {});
    say(text(changed ? "done_change" : "done_add", { printer: printer.name }));
    document.getElementById(`printer-${printer.id}`)?.focus();
    return true;
  }

  kind.addEventListener("change", turn);
  form.addEventListener("change", (event) => {
    if (event.target.dataset.address === "form") turnForm();
  });
  // While typing, not when the field is left: what moves under a finger on its way to Save takes the press away.
  form.addEventListener("input", (event) => {
    if (event.target.getAttribute("aria-invalid")) mark(event.target, wrongWith(event.target));
  });
  return (printer) => {
    changed = printer;
    fill(printer);
    dialog.open(printer ? text("change_printer", { printer: printer.name }) : text("add_printer"), save);
    (printer ? name : kind).focus();
    element.scrollTop = 0;
  };
}
