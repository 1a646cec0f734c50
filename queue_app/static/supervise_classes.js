// The classes of visitors: a name, and what it is given before the others.
import { text } from "./words.js";
import { numberOf } from "./form_marks.js";
import { controlOf, makeList, place } from "./supervise_list.js";

const NEEDS = { at_least: "every", at_most: "every", head_start: "minutes" }; // the number that a handling asks for
const USUAL = { every: 3, minutes: 15 };

export function makeClasses(fieldset, changed) {
  const list = makeList(fieldset.querySelector("ol"), "class-row", { nameOf: (row) => controlOf(row, "name").value || text("new_class"), changed });

  function add({ name = "", handling = "strict", every = USUAL.every, minutes = USUAL.minutes }) {
    const row = list.add();
    Object.entries({ name, handling, every, minutes }).forEach(([is, value]) => { controlOf(row, is).value = value; });
    turn(row);
    return row;
  }

  function turn(row) {
    const needed = NEEDS[controlOf(row, "handling").value];
    for (const field of row.querySelectorAll("[data-for]")) field.hidden = field.dataset.for !== needed;
  }

  fieldset.addEventListener("input", (event) => { if (event.target.dataset.is === "handling") turn(event.target.closest("li")); });
  fieldset.querySelector('[data-do="add-class"]').addEventListener("click", () => {
    const row = add({});
    list.label();
    changed();
    controlOf(row, "name").focus();
  });

  return {
    set(classes) {
      list.empty();
      classes.forEach(add);
      list.label();
    },
    read: () => list.rows().map((row, number) => {
      const at = (is) => place(row, is, `classes[${number}].${is}`);
      const handling = at("handling").value;
      const needed = NEEDS[handling];
      return { name: at("name").value.trim(), handling, ...(needed ? { [needed]: numberOf(at(needed)) } : {}) };
    }),
  };
}
