// The form of a layout: every control is named by its place in the layout as the server reads it ("sound.repeat").
import { numberOf } from "./form_marks.js";
import { makeLanguages, makeVolume } from "./screen_layout_lists.js";

// changed: told after every change by hand.
export function makeLayoutForm(form, facts, changed) {
  const zones = ["services", "counters"];
  const ticks = (zone) => [...form.querySelectorAll(`[data-zone="${zone}"] input`)];
  const all = (zone) => form.querySelector(`[data-all="${zone}"]`);
  const arrows = [...form.querySelectorAll("[data-arrow]")];
  const languages = makeLanguages(form, facts.languages, changed);
  const volume = makeVolume(form, facts.most_volumes, changed);
  const plain = () => [...form.elements].filter((control) => control.name && !control.dataset.arrow && !control.dataset.is);

  function read() {
    const layout = structuredClone(facts.usual);
    for (const control of plain()) {
      const [holder, key] = holderOf(layout, control.name);
      if (control.type === "radio") { if (control.checked) holder[key] = control.value; } else holder[key] = valueOf(control);
    }
    if (layout.kind !== "counter") layout.counter = null;
    layout.arrows = Object.fromEntries(arrows.filter((select) => select.value).map((select) => [select.dataset.arrow, select.value]));
    for (const zone of zones) layout.zone[zone] = all(zone).checked ? null : ticks(zone).filter((tick) => tick.checked).map((tick) => tick.value);
    layout.sound.languages = languages.read();
    layout.sound.volume = volume.read();
    return layout;
  }

  function valueOf(control) {
    if (control.type === "checkbox") return control.checked;
    return control.dataset.type === "number" ? numberOf(control) : control.value || null;
  }

  function set(layout) {
    for (const control of plain()) {
      const [holder, key] = holderOf(layout, control.name);
      if (control.type === "radio") control.checked = control.value === holder[key];
      else if (control.type === "checkbox") control.checked = holder[key];
      else put(control, holder[key] ?? "");
    }
    for (const select of arrows) select.value = layout.arrows[select.dataset.arrow] ?? "";
    for (const zone of zones) {
      const chosen = layout.zone[zone];
      all(zone).checked = chosen === null;
      for (const tick of ticks(zone)) tick.checked = chosen === null || chosen.includes(tick.value);
    }
    languages.set(layout.sound.languages);
    volume.set(layout.sound.volume);
    turn();
  }

  // What the kind of screen has no use for is not shown; it is kept all the same, in case the kind is changed back.
  function turn() {
    const kind = form.elements.kind.value;
    for (const element of form.querySelectorAll("[data-kinds]")) element.hidden = !element.dataset.kinds.split(" ").includes(kind);
    for (const element of form.querySelectorAll("[data-not]")) element.hidden = element.dataset.not.split(" ").includes(kind);
    for (const zone of zones) for (const tick of ticks(zone)) tick.disabled = all(zone).checked;
  }

  // Whether it can be drawn: half a number cannot, nor a screen of nothing.
  function isWhole() {
    const { kind, counter, zone } = read();
    const numbers = plain().filter((control) => control.dataset.type === "number");
    const inRange = ({ value, dataset: { low, high } }) => value.trim() !== "" && Number.isInteger(Number(value)) && Number(value) >= Number(low) && Number(value) <= Number(high);
    return numbers.every(inRange) && (kind !== "counter" || counter !== null) && zones.every((each) => zone[each] === null || zone[each].length > 0);
  }

  form.addEventListener("input", ({ target }) => {
    const zone = target.dataset.all;
    if (zone && target.checked) for (const tick of ticks(zone)) tick.checked = true;
    turn();
    changed();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return { read, set, isWhole };
}

// A folder that is gone, or a choice that another manager's release knows, is kept and shown as it is.
function put(control, value) {
  if (control.matches("select") && value && ![...control.options].some((option) => option.value === value)) control.add(new Option(value, value));
  control.value = value;
}

function holderOf(layout, name) {
  const path = name.split(".");
  const key = path.pop();
  return [path.reduce((holder, step) => holder[step], layout), key];
}
