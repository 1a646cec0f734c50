// The rules of a branch, to be read and changed: four kinds of forms, each saved by itself and in force at once.
import { ApiError, call } from "./api.js";
import { text } from "./words.js";
import { makeClasses } from "./supervise_classes.js";
import { numberOf } from "./form_marks.js";
import { makeForm } from "./supervise_form.js";
import { makeProfile } from "./supervise_profiles.js";
import { deskMeans, rulesMean } from "./supervise_sentences.js";
import { makeService } from "./supervise_services.js";

export default function rules(root) {
  const path = `/branches/${root.dataset.branch}`;
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);

  // forget: what is not saved is lost either way; the sign-in page may not be held up by a question.
  function signedOut(forget) {
    forget();
    part("error").textContent = text("signed_out");
    setTimeout(() => location.assign(root.dataset.signIn), 2500);
  }

  // A form of plain fields is read by their names; `more` reads what is no plain field.
  function plainForm(name, address, means, more = {}) {
    const form = root.querySelector(`[data-form="${name}"]`);
    const plain = () => [...form.elements].filter((control) => control.name && control.name in kept);
    let kept = {}; // the fields that there are
    const read = () => ({
      ...Object.fromEntries(Object.entries(more).map(([field, { read: one }]) => [field, one()])),
      ...Object.fromEntries(plain().map((control) => [control.name, control.type === "checkbox" ? control.checked : numberOf(control)])),
    });
    const editor = makeForm(form, { read, means, signedOut, save: async (wish) => { await call("PUT", `${path}/${address}`, wish); return wish; } });
    return {
      changed: () => editor.changed(),
      set(values) {
        kept = values;
        for (const control of plain()) {
          if (control.type === "checkbox") control.checked = values[control.name];
          else control.value = values[control.name] ?? "";
        }
        for (const [field, { set }] of Object.entries(more)) set(values[field]);
        editor.settle();
      },
    };
  }

  const classes = makeClasses(root.querySelector('[data-field="classes"]'), () => house.changed());
  const house = plainForm("rules", "rules", rulesMean, { classes });
  const desk = plainForm("desk", "desk-rules", deskMeans);

  const addProfile = (profile) => {
    const made = makeProfile(profile, { path, known: facts.services, signedOut });
    part("profiles").append(made);
    return made;
  };
  part("add-profile").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.name;
    const name = field.value.trim();
    if (!name) return;
    const element = root.querySelector(`[data-profile="${CSS.escape(name)}"]`) ?? addProfile({ name, services: [], manner: "first_come" });
    field.value = "";
    element.open = true;
    element.querySelector("summary").focus();
  });

  async function load() {
    const [branch, desks, { profiles }] = await Promise.all(["rules", "desk-rules", "profiles"].map((address) => call("GET", `${path}/${address}`)));
    house.set(branch);
    desk.set(desks);
    profiles.forEach(addProfile);
    part("services").replaceChildren(...facts.services.map((service) => makeService(service, { path, signedOut })));
    root.dataset.view = "edit";
  }

  load().catch((error) => {
    if (error?.code === "not_signed_in") return signedOut(() => {});
    part("error").textContent = error instanceof ApiError ? error.message : text("no_answer");
    return undefined;
  });
}
