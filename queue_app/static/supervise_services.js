// What each service has of its own: a longest wait, and the ways in which it may end.
import { call } from "./api.js";
import { text } from "./words.js";
import { numberOf } from "./form_marks.js";
import { makeForm } from "./supervise_form.js";
import { controlOf, makeList, place } from "./supervise_list.js";
import { serviceMeans } from "./supervise_sentences.js";

export function makeService(service, { path, signedOut }) {
  const element = document.getElementById("service-form").content.firstElementChild.cloneNode(true);
  const form = element.querySelector("form");
  const list = makeList(form.querySelector('[data-part="outcomes"]'), "outcome-row", { nameOf: (row) => controlOf(row, "code").value || text("new_outcome"), changed });

  function add({ code = "", name = {} }) {
    const row = list.add();
    controlOf(row, "code").value = code;
    for (const control of row.querySelectorAll("[data-language]")) control.value = name[control.dataset.language] ?? "";
    return row;
  }

  function read() {
    return {
      minutes: numberOf(form.elements.minutes),
      outcomes: list.rows().map((row, number) => {
        const code = place(row, "code", `outcomes[${number}].code`).value.trim();
        const names = [...row.querySelectorAll("[data-language]")].map((control) => [control, `outcomes[${number}].${control.dataset.is}`]);
        for (const [control, path] of names) control.name = path;
        // Without any name the first language is asked for one.
        if (names.every(([control]) => !control.value.trim())) names[0][0].name = `outcomes[${number}].name`;
        return { code, name: Object.fromEntries(names.filter(([control]) => control.value.trim()).map(([control]) => [control.dataset.language, control.value.trim()])) };
      }),
    };
  }

  const editor = makeForm(form, {
    read, means: serviceMeans, signedOut,
    // Two things are kept apart; only what was changed is sent.
    async save(wish, kept) {
      const here = `${path}/services/${service.slug}`;
      if (wish.minutes !== kept.minutes) await call("PUT", `${here}/longest-wait`, { minutes: wish.minutes });
      if (JSON.stringify(wish.outcomes) !== JSON.stringify(kept.outcomes)) await call("PUT", `${here}/outcomes`, { outcomes: wish.outcomes });
      return wish;
    },
  });

  function changed() {
    editor.changed();
  }

  form.querySelector('[data-do="add-outcome"]').addEventListener("click", () => {
    const row = add({});
    list.label();
    changed();
    controlOf(row, "code").focus();
  });
  element.dataset.service = service.slug;
  element.querySelector('[data-part="title"]').textContent = `${service.letter} ${service.name}`;
  form.elements.minutes.value = service.longest_wait_minutes ?? "";
  service.outcomes.forEach(add);
  list.label();
  editor.settle();
  return element;
}
