// One form of rules: what it means as it stands, saving it, what that changed, and what the server says against it.
import { ApiError } from "./api.js";
import { text } from "./words.js";

let made = 0; // for ids that nothing else has

// read: the form as the API takes it. means: the sentences of that. save: sends it, and returns how it is kept now.
export function makeForm(form, { read, means, save, signedOut }) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const aside = form.querySelector(".means");
  let kept = null; // as the server has it

  aside.querySelector("h3").id = `means-${++made}`;
  aside.setAttribute("aria-labelledby", `means-${made}`);

  const isDirty = () => kept !== null && JSON.stringify(read()) !== JSON.stringify(kept);

  function changed() {
    if (kept === null) return;
    part("means").replaceChildren(...means(read()).map(item));
    part("state").textContent = text(isDirty() ? "unsaved" : "as_saved");
    form.dataset.dirty = isDirty() ? "yes" : "no";
  }

  function mark(control, words) {
    const wrong = control.closest("[data-ask]")?.querySelector(".wrong") ?? control.closest("li, fieldset, .fields").querySelector(":scope > .wrong");
    wrong.id ||= `wrong-${++made}`;
    wrong.textContent = words;
    wrong.hidden = false;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", [...new Set([...(control.getAttribute("aria-describedby") ?? "").split(" "), wrong.id])].join(" ").trim());
  }

  function clear() {
    for (const wrong of form.querySelectorAll(".wrong")) wrong.hidden = true;
    for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    part("problem").textContent = "";
    part("done").replaceChildren();
  }

  // Where a place has no control of its own, what surrounds it is told: services[1] for services[1].service.
  function refused(error) {
    if (error?.code === "not_signed_in") return signedOut(() => { kept = null; });
    const place = String(error?.details?.field ?? "");
    const control = error?.code === "invalid_value" && place ? nearest(place) : null;
    if (!control) {
      part("problem").textContent = error instanceof ApiError ? error.message : text("no_answer");
      return undefined;
    }
    mark(control, wrongWith(control));
    return (control.matches("input, select") ? control : control.querySelector("input, select, button")).focus();
  }

  function nearest(place) {
    const found = [...form.elements].find((control) => control.name === place || control.dataset.field === place);
    const outer = place.replace(/(\.[^.[\]]+|\[\d+\])$/, "");
    return found ?? (outer === place ? null : nearest(outer));
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    clear();
    if (!isDirty()) {
      part("done").textContent = text("nothing_changed");
      return;
    }
    form.ariaBusy = "true";
    const before = means(kept);
    try {
      kept = await save(read(), kept);
      const now = means(kept);
      tell(now.filter((words) => !before.includes(words)), before.filter((words) => !now.includes(words)));
      changed();
    } catch (error) {
      refused(error);
    } finally {
      form.ariaBusy = null;
    }
  });

  function tell(news, gone) {
    const lists = [[text("saved"), news], [text("no_longer"), gone]].filter(([, words], place) => place === 0 || words.length);
    part("done").replaceChildren(...lists.flatMap(([heading, words]) => {
      const title = Object.assign(document.createElement("p"), { textContent: heading });
      const list = document.createElement("ul");
      list.append(...words.map(item));
      return [title, list];
    }));
    part("done").scrollIntoView({ block: "nearest" });
  }

  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
  return {
    changed,
    // Takes what the controls show now for what the server has.
    settle() {
      kept = read();
      changed();
    },
  };
}

function item(words) {
  return Object.assign(document.createElement("li"), { textContent: words });
}

// Why a value is refused, in the reader's language; the server is the only judge of whether it is.
function wrongWith(control) {
  const { type, low, high } = control.dataset;
  if (type === "number" && !isWhole(control.value, Number(low), Number(high))) return text("need_whole", { low, high });
  if (type === "name") return text(/^[a-z_][a-z0-9_]*$/.test(control.value) ? "need_other_name" : "need_name");
  if (control.matches("fieldset")) return text(control.dataset.wrong);
  return text(control.value?.trim?.() ? "need_other" : "need_value");
}

function isWhole(value, low, high) {
  const number = Number(value);
  return value.trim() !== "" && Number.isInteger(number) && number >= low && number <= high;
}

// A number as it was typed: nothing where that is allowed, and what is no number as it is, for the server to refuse.
export function numberOf(control) {
  const typed = control.value.trim();
  if (typed === "") return control.dataset.optional ? null : "";
  const number = Number(typed.replace(",", "."));
  return Number.isNaN(number) ? typed : number;
}
