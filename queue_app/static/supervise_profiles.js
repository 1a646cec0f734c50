// The work profiles: which services a counter takes, in which order and by which manner; one form for each.
import { call } from "./api.js";
import { text } from "./words.js";
import { numberOf } from "./form_marks.js";
import { makeForm } from "./supervise_form.js";
import { controlOf, makeList, place } from "./supervise_list.js";
import { manyServices, profileMeans } from "./supervise_sentences.js";

const SHARES = "weighted_share";

export function makeProfile({ name, services, manner }, { path, known, signedOut }) {
  const element = document.getElementById("profile-form").content.firstElementChild.cloneNode(true);
  const form = element.querySelector("form");
  const nameOf = (slug) => known.find((service) => service.slug === slug).name;
  const list = makeList(form.querySelector('[data-part="terms"]'), "term-row", { nameOf: (row) => nameOf(row.dataset.service), changed });
  const chosen = form.elements.manner;

  function add(service, terms) {
    const row = list.add();
    row.dataset.service = service.slug;
    row.querySelector('[data-part="name"]').textContent = `${service.letter} ${service.name}`;
    controlOf(row, "taken").checked = Boolean(terms);
    controlOf(row, "weight").value = terms?.weight ?? 1;
    controlOf(row, "target_minutes").value = terms?.target_minutes ?? "";
    controlOf(row, "target_minutes").placeholder = service.target_minutes;
    controlOf(row, "longest_wait_minutes").value = terms?.longest_wait_minutes ?? "";
    controlOf(row, "longest_wait_minutes").placeholder = service.longest_wait_minutes ?? text("none");
    for (const control of row.querySelectorAll("[data-type]")) control.setAttribute("aria-label", text("of_service", { field: control.closest("label").querySelector(".label").textContent, service: service.name }));
  }

  // Only what counts is shown: a share under the manner of shares, and nothing of a service that is not taken.
  function turn() {
    form.dataset.manner = chosen.value;
    for (const row of list.rows()) {
      const taken = controlOf(row, "taken").checked;
      row.dataset.taken = taken ? "yes" : "no";
      for (const control of row.querySelectorAll("[data-type]")) control.disabled = !taken;
    }
  }

  function read() {
    const taken = list.rows().filter((row) => controlOf(row, "taken").checked);
    for (const row of list.rows()) for (const control of row.querySelectorAll("[name]")) control.removeAttribute("name");
    return {
      services: taken.map((row, number) => {
        const at = (is) => numberOf(place(row, is, `services[${number}].${is}`));
        place(row, "taken", `services[${number}]`);
        const [target, longest] = [at("target_minutes"), at("longest_wait_minutes")];
        return {
          service: row.dataset.service,
          ...(chosen.value === SHARES ? { weight: at("weight") } : {}),
          ...(target === null ? {} : { target_minutes: target }),
          ...(longest === null ? {} : { longest_wait_minutes: longest }),
        };
      }),
      manner: chosen.value,
    };
  }

  const means = (profile) => profileMeans(profile, nameOf);
  const editor = makeForm(form, {
    read, means, signedOut,
    async save(wish) {
      await call("PUT", `${path}/profiles/${encodeURIComponent(name)}`, wish);
      return wish;
    },
  });

  function changed() {
    turn();
    element.querySelector('[data-part="short"]').textContent = manyServices(list.rows().filter((row) => controlOf(row, "taken").checked).length);
    editor.changed();
  }

  const terms = services.map((entry) => (typeof entry === "string" ? { service: entry } : entry));
  const others = known.filter((service) => !terms.some((entry) => entry.service === service.slug));
  element.dataset.profile = name;
  element.querySelector('[data-part="title"]').textContent = name;
  for (const entry of terms) add(known.find((service) => service.slug === entry.service), entry);
  for (const service of others) add(service, null);
  chosen.value = manner;
  list.label();
  turn();
  editor.settle();
  changed();
  form.addEventListener("input", changed);
  return element;
}
