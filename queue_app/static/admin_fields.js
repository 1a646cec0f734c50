// Binds the fields of a form to a part of the configuration: each names its place (data-path="name.cs"), lists have rows made of
// a template. What has no field stays as the server said it.
import { numberOf } from "./form_marks.js";
import { pick } from "./words.js";

let made = 0; // for ids that nothing else has

// widgets: what is no plain field, by its data-widget. changed: told after every change by a button.
export function makeFields(form, widgets, { changed }) {
  let base = false; // whether the section is a list
  const top = makeGroup(form);

  function makeGroup(scope) {
    const mine = (selector) => [...scope.querySelectorAll(selector)].filter((element) => element.parentElement.closest("[data-item], [data-widget], [data-section]") === scope);
    label(scope);
    const controls = mine("[data-path]:not([data-widget])");
    const parts = mine("[data-widget]").map((element) => ({ element, path: element.dataset.path, widget: widgets[element.dataset.widget](element, changed) }));
    const lists = mine("[data-list]").map((element) => makeList(element));
    const shown = mine("[data-show]");
    let own = {};
    const tell = (told) => {
      for (const element of shown) element.textContent = wordsOf(at(told, element.dataset.show));
    };
    return {
      set(value, whole) {
        own = structuredClone(value);
        for (const control of controls) show(control, at(own, control.dataset.path));
        for (const { path, widget } of parts) widget.set(at(own, path), whole);
        for (const list of lists) list.set(at(own, list.path) ?? [], whole);
        tell(own);
      },
      read(place) {
        const told = structuredClone(own);
        const sets = new Map();
        for (const control of controls) {
          control.name = join(place, control.dataset.path);
          if (control.dataset.type === "set") sets.set(control.dataset.path, [...(sets.get(control.dataset.path) ?? []), ...(control.checked ? [control.value] : [])]);
          else put(told, control.dataset.path, valueOf(control));
        }
        for (const [path, values] of sets) put(told, path, inOrder(values, at(own, path)));
        for (const { element, path, widget } of parts) {
          element.dataset.field = join(place, path);
          put(told, path, widget.read());
        }
        for (const list of lists) put(told, list.path, list.read(place));
        tell(told);
        return told;
      },
    };
  }

  function makeList(element) {
    const path = element.dataset.list;
    const template = form.querySelector(`template[data-row="${path}"]`);
    const groups = new WeakMap();
    const rows = () => [...element.children];
    let whole = null;

    function add(value) {
      const row = template.content.firstElementChild.cloneNode(true);
      row.dataset.item = "";
      element.append(row);
      const group = makeGroup(row);
      group.set(value, whole);
      groups.set(row, group);
      row.addEventListener("click", (event) => act(row, event.target.closest("[data-do]")?.dataset.do));
      return row;
    }

    function act(row, what) {
      const place = rows().indexOf(row);
      if (what === "up" && place) element.insertBefore(row, rows()[place - 1]);
      else if (what === "down" && place + 1 < rows().length) element.insertBefore(rows()[place + 1], row);
      else if (what === "remove") {
        const next = rows()[place + 1] ?? rows()[place - 1];
        row.remove();
        (next?.querySelector("summary, input, select, button") ?? form.querySelector(`[data-add="${path}"]`))?.focus();
      } else return;
      if (what !== "remove") row.querySelector(`[data-do="${what}"]`).focus();
      changed();
    }

    form.querySelector(`[data-add="${path}"]`)?.addEventListener("click", () => {
      const row = add(JSON.parse(template.dataset.fresh));
      row.setAttribute("open", "");
      row.querySelector("input:not([type=checkbox]), select, summary").focus();
      changed();
    });

    return {
      path,
      set(values, document) {
        whole = document;
        const open = rows().map((row) => row.open);
        element.replaceChildren();
        values.forEach((value, place) => { add(value).open = open[place] ?? false; });
      },
      read: (place) => rows().map((row, number) => groups.get(row).read(join(place, `${path}[${number}]`))),
    };
  }

  return {
    set(value, whole) {
      base = Array.isArray(value);
      top.set(base ? { rows: value } : value, whole);
    },
    // A section that is a list is bound as the list `rows`.
    read() {
      const told = top.read("");
      return base ? told.rows : told;
    },
  };
}

// Ties labels, hints and fields together, for rows that are made again and again cannot have ids of their own.
function label(scope) {
  for (const ask of scope.querySelectorAll("[data-ask]")) {
    const control = ask.querySelector("input, select, textarea");
    if (!control || control.id) continue;
    control.id = `field-${++made}`;
    const words = ask.querySelector("label");
    if (words && !words.contains(control)) words.htmlFor = control.id;
    const hint = ask.querySelector(".hint");
    if (hint) {
      hint.id = `${control.id}-hint`;
      control.setAttribute("aria-describedby", hint.id);
    }
  }
}

const join = (place, path) => (place ? `${place}.${path}` : path);

function at(value, path) {
  return path.split(".").reduce((found, key) => found?.[key], value);
}

function put(value, path, one) {
  const keys = path.split(".");
  const last = keys.pop();
  let inner = value;
  for (const key of keys) inner = inner[key] ??= {};
  if (one === undefined) delete inner[last];
  else inner[last] = one;
}

function show(control, value) {
  const { type } = control.dataset;
  if (type === "truth") control.checked = Boolean(value);
  else if (type === "set") control.checked = (value ?? []).includes(control.value);
  else control.value = value ?? "";
}

function valueOf(control) {
  const { type, empty } = control.dataset;
  if (type === "truth") return control.checked;
  if (type === "number") return numberOf(control);
  const value = control.value.trim();
  if (value === "" && empty === "null") return null;
  return value === "" && empty === "leave" ? undefined : value;
}

// What stands in the head of a row: plain, or in the reader's language.
function wordsOf(value) {
  return value && typeof value === "object" ? pick(value) : String(value ?? "");
}

// The order that there was stays; what is new stands at the end.
function inOrder(values, before = []) {
  return [...(before ?? []).filter((value) => values.includes(value)), ...values.filter((value) => !(before ?? []).includes(value))];
}
