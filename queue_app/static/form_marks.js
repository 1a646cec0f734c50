// What is wrong in a form is said at its field: the place that the server names, or what surrounds it.
let made = 0; // for ids that nothing else has

// Why a value is refused, as the server says it in the reader's language, as a sentence of its own.
export function reasonOf(error) {
  const problem = error.code === "invalid_value" && error.details.problem;
  if (!problem) return error.message;
  return `${problem[0].toLocaleUpperCase(document.documentElement.lang)}${problem.slice(1).replace(/\.$/, "")}.`;
}

// What is wrong with one field, or that nothing is: where the words are empty.
export function markField(control, words) {
  const wrong = control?.closest?.("[data-ask]")?.querySelector(".wrong");
  if (!wrong) return;
  wrong.textContent = words;
  wrong.hidden = !words;
  if (words) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

export function makeMarks(form) {
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
  }

  // Where a place has no control of its own, what surrounds it is told: services[1] for services[1].service.
  function nearest(place) {
    const found = [...form.elements].find((control) => control.name === place || control.dataset.field === place);
    const outer = place.replace(/(\.[^.[\]]+|\[\d+\])$/, "");
    return found ?? (outer === place ? null : nearest(outer));
  }

  return {
    clear,
    // Whether the refusal could be shown at a field, which has the focus then.
    show(error) {
      // The shape of what is sent is judged first, and names places its own way: alarms/0/limit.
      const place = String(error?.details?.field ?? "").replace(/\/(\d+)/g, "[$1]").replaceAll("/", ".");
      const control = error?.code === "invalid_value" && place ? nearest(place) : null;
      if (!control) return false;
      mark(control, reasonOf(error));
      (control.matches("input, select, textarea") ? control : control.querySelector("input, select, button")).focus();
      return true;
    },
  };
}

// A number as it was typed: nothing where that is allowed, and what is no number as it is, for the server to refuse.
export function numberOf(control) {
  const typed = control.value.trim();
  if (typed === "") return control.dataset.optional ? null : "";
  const number = Number(typed.replace(",", "."));
  return Number.isNaN(number) ? typed : number;
}
