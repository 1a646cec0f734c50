// When a service is there: from a day to a day, of one year or of every year, and on which weekdays; nothing is always.
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function makeSeason(element, changed) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const [from, to, yearly] = ["from", "to", "yearly"].map(part);
  const days = [...element.querySelectorAll("[data-weekday]")];
  for (const control of element.querySelectorAll("input")) control.addEventListener("change", changed);
  const year = new Date().getFullYear();
  const shown = (value) => (value && value.length === 5 ? `${year}-${value}` : value ?? "");
  const told = (value) => (value === "" ? null : yearly.checked ? value.slice(5) : value);
  return {
    set(value) {
      [from.value, to.value] = [shown(value?.from), shown(value?.to)];
      yearly.checked = [value?.from, value?.to].some((day) => day?.length === 5);
      for (const box of days) box.checked = value?.weekdays ? value.weekdays.includes(box.dataset.weekday) : true;
    },
    read() {
      const chosen = DAYS.filter((day) => days.find((box) => box.dataset.weekday === day).checked);
      const weekdays = chosen.length === DAYS.length ? null : chosen;
      return from.value || to.value || weekdays ? { from: told(from.value), to: told(to.value), weekdays } : null;
    },
  };
}
