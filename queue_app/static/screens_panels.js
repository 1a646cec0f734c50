// Panels of lamps: added, changed, tried and removed; how each stands.
import { ApiError, call } from "./api.js";
import { markField, reasonOf } from "./form_marks.js";
import { text } from "./words.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";

const SIGNS = { ok: "well", unknown: "open" }; // every other word means that nobody sees the number there

export function makePanels(root, { state, names, path, dialog, done, refused }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const rows = keepRows(part("panels"), makeRow("panel-row", "panel"), fill);
  const open = makePanelForm(dialog("panel"), { path, done });

  function fill(row, panel) {
    const stands = panel.enabled ? panel.status : "off";
    put(row.querySelector("h3"), panel.name);
    put(row.querySelector('[data-part="what"]'), [panel.counter_name ? text("zone_counter", { counter: panel.counter_name }) : text("panel_main"), names.panel_kinds[panel.kind] ?? panel.kind].join(" · "));
    fillSign(row, panel.enabled ? SIGNS[panel.status] ?? "stop" : "hold", text(`panel_${stands}`), "");
    fillWhy(row, stands === "silent" || stands === "refused" ? whyOf(panel) : "");
    row.querySelector('[data-do="test-panel"]').disabled = !panel.enabled;
  }

  function whyOf({ status, detail }) {
    const key = `panel_why_${detail}`;
    const words = text(key);
    return words === key ? text(`panel_why_${status}`) : words;
  }

  async function test(panel, button) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      await call("POST", `${path}/panels/${panel.id}/test`, {});
      await done(text("done_test_panel", { panel: panel.name }));
    } catch (error) {
      refused(error);
    } finally {
      button.ariaBusy = null;
    }
  }

  return {
    add: () => open(null),
    acts: { "test-panel": test, "change-panel": (panel) => open(panel) },
    draw() {
      rows(state.panels, (panel) => panel.id);
      part("no-panels").hidden = state.panels.length > 0;
    },
  };
}

function makePanelForm(dialog, { path, done }) {
  const { name, kind, counter, enabled } = dialog.fields;
  const fieldsets = [...dialog.form.querySelectorAll("fieldset[data-kind]")];
  const chosen = () => fieldsets.find((fieldset) => fieldset.dataset.kind === kind.value);
  const controls = () => [...chosen().querySelectorAll("[data-address]")];
  const arrows = [...dialog.form.querySelectorAll("[data-arrow]")];
  let changed = null; // the panel that is changed; null while one is added

  function turn() {
    for (const fieldset of fieldsets) fieldset.hidden = fieldset.disabled = fieldset.dataset.kind !== kind.value;
    turnArrows();
  }

  // Only a panel that names the counter can say where it lies.
  function turnArrows() {
    dialog.part("arrows").hidden = !chosen().querySelector('[data-address="profile"]').value.startsWith("main");
  }

  function wrongWith(control) {
    const { low, high } = control.dataset;
    const value = control.value.trim();
    if (!value) return control.required ? text("need_value") : "";
    const number = Number(value);
    return low && !(Number.isInteger(number) && number >= Number(low) && number <= Number(high)) ? text("need_whole", { low, high }) : "";
  }

  function read(control) {
    const value = control.value.trim();
    return control.dataset.low ? Number(value) : value;
  }

  async function save() {
    const wrong = [name, ...controls()].filter((control) => {
      markField(control, wrongWith(control));
      return wrongWith(control);
    });
    if (wrong.length) return show(wrong[0]);
    const address = Object.fromEntries(controls().filter((control) => control.value.trim() && control.value !== control.dataset.default).map((control) => [control.dataset.address, read(control)]));
    const ways = dialog.part("arrows").hidden ? [] : arrows.filter((select) => select.value);
    if (ways.length) address.arrows = Object.fromEntries(ways.map((select) => [select.dataset.arrow, select.value]));
    const wish = { name: name.value.trim(), kind: kind.value, address, counter: Number(counter.value) || null, enabled: enabled.checked };
    try {
      await (changed ? call("PATCH", `${path}/panels/${changed.id}`, wish) : call("POST", `${path}/panels`, wish));
    } catch (error) {
      return refused(error);
    }
    dialog.close();
    await done(text(changed ? "done_change_panel" : "done_add_panel", { panel: wish.name }), wish.name);
    return true;
  }

  function show(control) {
    const fold = control.closest("details");
    if (fold) fold.open = true;
    control.focus();
    return false;
  }

  // The server's refusal at the field it names.
  function refused(error) {
    const place = error instanceof ApiError && (error.code === "name_taken" ? "name" : String(error.details.field ?? ""));
    const control = place && (place.startsWith("address/") ? chosen().querySelector(`[data-address="${CSS.escape(place.slice(8))}"]`) : dialog.fields[place]);
    if (!control) throw error;
    markField(control, reasonOf(error));
    return show(control);
  }

  kind.addEventListener("change", turn);
  dialog.form.addEventListener("change", turnArrows);
  dialog.form.addEventListener("input", ({ target }) => { if (target.getAttribute("aria-invalid")) markField(target, wrongWith(target)); });
  return (panel) => {
    changed = panel;
    dialog.form.reset();
    for (const control of dialog.form.querySelectorAll("[data-ask] [id]")) markField(control, "");
    if (panel) {
      name.value = panel.name;
      kind.value = panel.kind;
      counter.value = panel.counter ?? "";
      enabled.checked = panel.enabled;
      for (const control of controls()) control.value = panel.address[control.dataset.address] ?? control.dataset.default;
      for (const select of arrows) select.value = panel.address.arrows?.[select.dataset.arrow] ?? "";
    }
    turn();
    dialog.open(panel ? text("change_panel", { panel: panel.name }) : text("add_panel"), save);
    name.focus();
  };
}
