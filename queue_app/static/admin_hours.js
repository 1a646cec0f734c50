// Opening hours: the times of one day, from and to, with a break wherever another pair follows; and seven such days.
import { text } from "./words.js";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MOST_PAIRS = 4;

// Pairs of times in an element; none is closed.
export function makeIntervals(element, changed) {
  const list = document.createElement("ul");
  const add = button("add_time", "＋");
  add.className = "button button--quiet time-add";
  list.className = "times";
  element.append(list, add);
  element.setAttribute("role", "group");
  if (element.dataset.label) element.setAttribute("aria-label", element.dataset.label);

  function row([from, to]) {
    const item = document.createElement("li");
    const [begin, end] = [[from, "from_time"], [to, "to_time"]].map(([value, words]) => {
      const input = Object.assign(document.createElement("input"), { type: "text", value, inputMode: "numeric", maxLength: 5, autocomplete: "off", placeholder: "00:00" });
      input.setAttribute("aria-label", `${text(words)}, ${element.dataset.label ?? ""}`);
      input.addEventListener("change", () => { input.value = clean(input.value); changed(); });
      return input;
    });
    const away = button("remove_time", "×");
    away.className = "step time-away";
    away.addEventListener("click", () => {
      item.remove();
      settle();
      add.focus();
      changed();
    });
    item.append(begin, "–", end, away);
    list.append(item);
    return begin;
  }

  function settle() {
    element.dataset.closed = list.children.length ? "no" : "yes";
    add.hidden = list.children.length >= MOST_PAIRS;
    add.textContent = text(list.children.length ? "add_break" : "add_hours");
  }

  add.addEventListener("click", () => {
    const last = list.lastElementChild?.querySelectorAll("input")[1].value;
    row(last ? [last, ""] : ["08:00", "16:00"]).focus();
    settle();
    changed();
  });
  return {
    set(value) {
      list.replaceChildren();
      for (const pair of value ?? []) row(pair);
      settle();
    },
    read: () => [...list.children].map((item) => [...item.querySelectorAll("input")].map((input) => input.value.trim())),
  };
}

// Seven days, or always open where the tick is off.
export function makeWeek(element, changed) {
  const tick = element.querySelector('[data-part="has-hours"]');
  const days = DAYS.map((day) => ({ day, times: makeIntervals(element.querySelector(`[data-day="${day}"]`), changed) }));
  const table = element.querySelector('[data-part="days"]');
  const copy = element.querySelector('[data-part="copy"]');
  const settle = () => { table.hidden = !tick.checked; };
  tick.addEventListener("change", () => {
    if (tick.checked && days.every(({ times }) => times.read().length === 0)) for (const { times } of days.slice(0, 5)) times.set([["08:00", "16:00"]]);
    settle();
    changed();
  });
  copy?.addEventListener("click", () => {
    const [monday, ...others] = days;
    for (const { times } of others.slice(0, 4)) times.set(monday.times.read());
    changed();
  });
  return {
    set(value) {
      tick.checked = value !== null && value !== undefined;
      for (const { day, times } of days) times.set(value?.[day]);
      settle();
    },
    read: () => (tick.checked ? Object.fromEntries(days.map(({ day, times }) => [day, times.read()]).filter(([, pairs]) => pairs.length)) : null),
  };
}

// 8 is 08:00, 830 is 08:30, 8.30 too; what is no time stays as it was typed, for the server to refuse.
function clean(typed) {
  const found = /^(\d{1,2})[:.h ]?(\d{2})?$/.exec(typed.trim());
  if (!found) return typed.trim();
  return `${found[1].padStart(2, "0")}:${found[2] ?? "00"}`;
}

function button(key, sign) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
  made.setAttribute("aria-label", text(key));
  if (sign === "＋") made.removeAttribute("aria-label");
  return made;
}
