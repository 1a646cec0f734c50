// The dialog in which a report that is sent by itself is set up or changed.
import { call } from "./api.js";
import { makeMarks, markField } from "./form_marks.js";
import { text } from "./words.js";

export function makeScheduleForm(dialog, { path, done }) {
  const marks = makeMarks(dialog.form);
  const { report, span, hour, format, language, per, by, compare, clerks, recipients } = dialog.fields;
  const grouped = dialog.part("grouped");
  let changed = null;

  // Reports that are row by row have nothing to be put together by.
  function turn() {
    grouped.hidden = grouped.disabled = report.selectedOptions[0].dataset.grouped !== "yes";
  }

  function wish() {
    const whole = !grouped.disabled;
    const kept = changed?.by ?? []; // programs may name more than one, of which the form shows the first
    return {
      report: report.value, span: span.value, hour: Number(hour.value), format: format.value, language: language.value,
      per: (whole && per.value) || null, by: !whole || !by.value ? null : by.value === kept[0] ? kept : [by.value], compare: whole && compare.checked,
      clerks: clerks.checked || (whole && by.value === "clerk"),
      recipients: recipients.value.split("\n").map((line) => line.trim()).filter(Boolean),
    };
  }

  async function save() {
    marks.clear();
    const wanted = wish();
    if (!wanted.recipients.length) {
      markField(recipients, text("need_value"));
      recipients.focus();
      return false;
    }
    try {
      const way = changed ? ["PATCH", `${path}/report-schedules/${changed.id}`] : ["POST", `${path}/report-schedules`];
      const { schedule } = await call(...way, wanted);
      dialog.close();
      await done(text("done_save", { report: report.selectedOptions[0].textContent }), schedule.id);
      return true;
    } catch (error) {
      if (marks.show(error)) return false;
      throw error;
    }
  }

  report.addEventListener("change", turn);
  return (schedule) => {
    changed = schedule;
    dialog.form.reset();
    marks.clear();
    if (schedule) {
      for (const field of [report, span, hour, format, language]) field.value = schedule[field.name];
      per.value = schedule.per ?? "";
      by.value = schedule.by?.[0] ?? "";
      compare.checked = schedule.compare;
      clerks.checked = schedule.clerks && !clerks.disabled;
      recipients.value = schedule.recipients.join("\n");
    }
    turn();
    dialog.open(text(schedule ? "change_title" : "add_title"), save);
    report.focus();
  };
}
