// A group of fields that counts only where its tick is set; else there is nothing in its place.
import { numberOf } from "./form_marks.js";

export function makeOptional(element, changed) {
  const tick = element.querySelector('[data-part="on"]');
  const inner = element.querySelector('[data-part="inner"]');
  const fields = [...inner.querySelectorAll("[data-key]")];
  const settle = () => { inner.hidden = !tick.checked; };
  tick.addEventListener("change", () => { settle(); changed(); });
  const valueOf = (field) => {
    if (field.type === "checkbox") return field.checked;
    return field.dataset.type === "number" ? numberOf(field) : field.value.trim() || null;
  };
  return {
    set(value) {
      tick.checked = value !== null && value !== undefined;
      for (const field of fields) {
        if (field.type === "checkbox") field.checked = Boolean(value?.[field.dataset.key]);
        else field.value = value?.[field.dataset.key] ?? (tick.checked ? "" : field.dataset.first ?? "");
      }
      settle();
    },
    read: () => (tick.checked ? Object.fromEntries(fields.map((field) => [field.dataset.key, valueOf(field)])) : null),
  };
}
