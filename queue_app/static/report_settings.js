// What a branch wants of its reports: alarms, who is told, who sees whose figures.
import { call } from "./api.js";
import { numberOf } from "./form_marks.js";
import { makeForm } from "./supervise_form.js";
import { text } from "./words.js";

export default function reportSettings(root) {
  const form = root.querySelector("form");
  const kept = JSON.parse(document.getElementById("kept").textContent);
  const { emails, webhooks, smallest_group: smallest } = form.elements;
  const watches = [...form.querySelectorAll("[data-watches]")].map((row) => ({
    row, name: row.dataset.watches,
    on: row.querySelector('[data-part="on"]'), limit: row.querySelector('[data-part="limit"]'), minutes: row.querySelector('[data-part="minutes"]'),
  }));
  const figures = [...form.querySelectorAll('[data-part="figures"] input')];
  const lines = (area) => area.value.split("\n").map((line) => line.trim()).filter(Boolean);

  function read() {
    const wanted = watches.filter(({ on }) => on.checked);
    // A refusal names the place in the list: the fields are called by it.
    wanted.forEach(({ limit, minutes }, place) => {
      limit.name = `alarms[${place}].limit`;
      minutes.name = `alarms[${place}].minutes`;
    });
    return {
      clerk_figures: figures.filter((box) => box.checked).map((box) => box.value).sort(),
      smallest_group: numberOf(smallest),
      alarms: wanted.map(({ name, limit, minutes }) => ({ watches: name, limit: numberOf(limit), minutes: numberOf(minutes) })),
      emails: lines(emails),
      webhooks: lines(webhooks),
    };
  }

  function means({ clerk_figures: who, smallest_group: least, alarms, emails: mails, webhooks: addresses }) {
    return [
      ...alarms.map(({ watches: name, limit, minutes }) => `${text(`alarm_${name}`, { limit })} ${text("for_minutes", { minutes })}`),
      ...(alarms.length ? [] : [text("no_alarms")]),
      ...(alarms.length && mails.length ? [text("told_mail", { list: mails.join(", ") })] : []),
      ...(alarms.length && addresses.length ? [text("told_web", { list: addresses.join(", ") })] : []),
      ...(who.length ? who.map((each) => text(`figures_${each}`)) : [text("figures_nobody")]),
      text("smallest", { least }),
    ];
  }

  function showLimits() {
    for (const { row, on, limit, minutes } of watches) {
      limit.disabled = minutes.disabled = !on.checked;
      row.classList.toggle("off", !on.checked);
      if (!on.checked) limit.name = minutes.name = "";
    }
  }

  function signedOut(forget) {
    forget();
    root.querySelector('[data-part="error"]').textContent = text("signed_out");
    setTimeout(() => location.assign(root.dataset.signIn), 2500);
  }

  for (const { name, on, limit, minutes } of watches) {
    const alarm = kept.alarms.find((each) => each.watches === name);
    on.checked = Boolean(alarm);
    if (alarm) [limit.value, minutes.value] = [alarm.limit, alarm.minutes];
  }
  for (const box of figures) box.checked = kept.clerk_figures.includes(box.value);
  smallest.value = kept.smallest_group;
  emails.value = kept.emails.join("\n");
  webhooks.value = kept.webhooks.join("\n");
  form.addEventListener("input", showLimits);
  showLimits();
  const editor = makeForm(form, { read, means, signedOut, save: async (wish) => { await call("PUT", `/branches/${root.dataset.branch}/reporting`, wish); return wish; } });
  editor.settle();
}
