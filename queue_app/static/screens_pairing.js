// Pairing: the code that a device shows is typed here, and said which device it is: a new one, or another machine in place of one.
import { ApiError, call } from "./api.js";
import { text } from "./words.js";
import { markField, reasonOf } from "./form_marks.js";

export function makePairing(dialog, { path, state, done }) {
  const { code, device, name } = dialog.fields;
  const isNew = () => device.value === "";

  function fillChoices() {
    const group = (kind, list) => {
      const choices = document.createElement("optgroup");
      choices.label = text(`in_place_${kind}`);
      choices.append(...list.map((one) => new Option(one.name, `${kind} ${one.id}`)));
      return list.length ? [choices] : [];
    };
    device.replaceChildren(new Option(text("new_device"), ""), ...group("screen", state.screens), ...group("kiosk", state.kiosks));
  }

  function turn() {
    dialog.part("new").hidden = !isNew();
  }

  function check() {
    const wrong = [code, name].filter((field) => {
      const words = field.value.trim() || (field === name && !isNew()) ? "" : text("need_value");
      markField(field, words);
      return words;
    });
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  async function pair() {
    if (!check()) return false;
    const [kind, id] = device.value.split(" ");
    const wish = isNew() ? { name: name.value.trim() } : { [`${kind}_id`]: Number(id) };
    let paired;
    try {
      paired = await call("POST", `${path}/devices`, { code: code.value, ...wish });
    } catch (error) {
      refused(error);
      return false;
    }
    dialog.close();
    await done(text(isNew() ? "done_pair" : "done_replace", { device: paired.name }), paired.name);
    return true;
  }

  // The server's refusal at the field that it means.
  function refused(error) {
    const place = error instanceof ApiError && error.code === "invalid_value" ? error.details.field : error?.code;
    const field = { unknown_code: code, code, name_taken: name, name, screen_id: device, kiosk_id: device }[place];
    if (!field) throw error;
    markField(field, reasonOf(error));
    field.focus();
  }

  device.addEventListener("change", turn);
  dialog.form.addEventListener("input", ({ target }) => markField(target, ""));
  // wish: the device that gets another machine; none for a new one.
  return (wish = null) => {
    dialog.form.reset();
    for (const field of [code, device, name]) markField(field, "");
    fillChoices();
    device.value = wish ? `${wish.is} ${wish.id}` : "";
    turn();
    dialog.open(wish ? text("replace_title", { device: wish.name }) : text("pair_title"), pair);
    code.focus();
  };
}
