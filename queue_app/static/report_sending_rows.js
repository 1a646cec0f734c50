// The rows of what is sent by itself. They are kept and filled anew, so that the focus is not lost while they go on.
import { moment } from "./printers_times.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";
import { text } from "./words.js";

const SIGN_OF_STATE = { sent: "well", queued: "hold", failed: "stop", done: "well", running: "hold", cancelled: "open" };

const dayFormat = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" });
const day = (iso) => dayFormat.format(new Date(`${iso}T00:00:00Z`));
const days = ({ from, to }) => (from === to ? day(from) : text("days", { from: day(from), to: day(to) }));
const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

export function makeLists(root, state, names) {
  const list = (name) => root.querySelector(`[data-part="${name}"]`);
  const hour = (number) => `${String(number).padStart(2, "0")}:00`;

  function fillSchedule(row, schedule) {
    const { report, span, format, language, active, next_at: next } = schedule;
    put(part(row, "name"), names.reports[report] ?? report);
    put(part(row, "what"), [names.spans[span], hour(schedule.hour), format.toUpperCase(), names.languages[language]].join(" · "));
    put(part(row, "recipients"), schedule.recipients.join(", "));
    fillSign(row, active ? "well" : "hold", text(active ? "next_at" : "paused"), active ? moment(next) : "");
    put(row.querySelector('[data-do="pause"]'), text(active ? "pause" : "resume"));
  }

  function fillMessage(row, message) {
    const { state: how, kind, problem, detail, next_try_at: next, finished_at: finished } = message;
    put(part(row, "name"), kind === "alarm" ? text(`alarm_is_${message.alarm}`) : names.reports[message.report] ?? message.report);
    put(part(row, "what"), kind === "alarm" ? moment(message.created_at) : days(message));
    put(part(row, "recipient"), message.recipient);
    const tried = how === "queued" && problem;
    fillSign(row, tried ? "care" : SIGN_OF_STATE[how], text(`message_${how}`), tried ? text("again_at", { time: moment(next) }) : finished ? moment(finished) : "");
    row.querySelector('[data-do="again"]').hidden = how !== "failed";
    fillWhy(row, problem ? [text(`problem_${problem}`), detail].filter(Boolean).join(" – ") : "");
  }

  function fillJob(row, job) {
    const going = job.state === "queued" || job.state === "running";
    put(part(row, "name"), `${names.reports[job.report] ?? job.report} · ${job.format.toUpperCase()}`);
    put(part(row, "what"), days(job));
    const percent = Math.round(job.share_done * 100);
    fillSign(row, SIGN_OF_STATE[job.state] ?? "hold", text(`job_${job.state}`, { percent }), "");
    const progress = part(row, "progress");
    progress.hidden = !going;
    progress.value = percent;
    progress.setAttribute("aria-label", text("progress"));
    part(row, "file").hidden = !job.file;
    if (job.file) part(row, "file").href = job.file;
    const cancel = row.querySelector('[data-do="cancel"]');
    cancel.hidden = job.state === "cancelled" || job.state === "failed";
    put(cancel, text(going ? "cancel" : "remove_file"));
  }

  const lists = [
    ["schedules", "schedule-row", "schedule", fillSchedule, () => state.schedules],
    ["messages", "message-row", "message", fillMessage, () => [...state.messages, ...state.older]],
    ["jobs", "job-row", "job", fillJob, () => state.jobs],
  ].map(([name, template, kind, fill, things]) => {
    const drawRows = keepRows(list(name), makeRow(template, kind), fill);
    return () => {
      const shown = things();
      drawRows(shown, ({ id }) => id);
      list(name).hidden = !shown.length;
      list(`no-${name}`).hidden = shown.length > 0;
    };
  });
  return () => { for (const draw of lists) draw(); };
}
