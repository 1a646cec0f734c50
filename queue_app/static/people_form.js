// The form of one person: new, or as they are.
import { call } from "./api.js";
import { makeMarks, markField } from "./form_marks.js";
import { makeDialog } from "./printers_dialogs.js";
import { text } from "./words.js";

export function makePersonForm(element, { path, saved }) {
  const dialog = makeDialog(element);
  const { form, fields } = dialog;
  const marks = makeMarks(form);
  const ticks = (name) => [...form.querySelectorAll(`input[name="${name}"]`)];
  const chosen = (name) => ticks(name).filter(({ checked }) => checked).map(({ value }) => value);
  const words = Object.fromEntries(ticks("roles").map(({ value, dataset }) => [value, dataset.words]));

  function choose(name, roles) {
    for (const tick of ticks(name)) tick.checked = roles.includes(tick.value);
  }

  function wish(whole) {
    return {
      ...(whole ? { name: fields.name.value.trim() || fields.username.value.trim(), language: fields.language.value, languages: fields.languages.value.split(/[\s,;]+/).filter(Boolean) } : {}),
      roles: chosen("roles"),
      profile: fields.profile.value || null,
      ...(ticks("everywhere").length ? { everywhere: chosen("everywhere") } : {}),
    };
  }

  async function send(method, address, body) {
    marks.clear();
    try {
      const answer = await call(method, address, body);
      dialog.close();
      await saved(answer.person ?? answer, answer.password);
      return true;
    } catch (error) {
      if (error?.code === "username_taken") markField(fields.username, error.message);
      else if (!marks.show(error)) throw error;
      return false;
    }
  }

  // What cannot be changed from here is not asked.
  function show(person) {
    form.reset();
    marks.clear();
    fields.username.closest("[data-ask]").hidden = Boolean(person);
    dialog.part("account").hidden = Boolean(person && !person.yours_to_change);
    choose("roles", person?.roles ?? ["clerk"]);
    choose("everywhere", person?.everywhere ?? []);
    if (!person) return;
    Object.assign(fields.name, { value: person.name });
    fields.language.value = person.language;
    fields.languages.value = person.languages.join(", ");
    fields.profile.value = person.profile ?? "";
  }

  return {
    roleWords: (role) => words[role] ?? role,
    add() {
      show(null);
      dialog.open(text("add_title"), () => {
        if (fields.username.value.trim()) return send("POST", path, { username: fields.username.value.trim(), ...wish(true) });
        markField(fields.username, text("need_value"));
        fields.username.focus();
        return false;
      });
      fields.username.focus();
    },
    change(person) {
      show(person);
      dialog.open(text("change_title", person), () => send("PATCH", `${path}/${person.id}`, wish(person.yours_to_change)));
    },
  };
}
