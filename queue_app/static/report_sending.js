// The page of what is sent by itself: schedules, what became of each message, and files that are being made.
import { call, requestId } from "./api.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { makeScheduleForm } from "./report_sending_form.js";
import { makeLists } from "./report_sending_rows.js";
import { makeSay } from "./supervise_say.js";
import { text } from "./words.js";

const BUSY_MS = 1000; // between two looks while something is on its way
const QUIET_MS = 10000; // and while nothing is

export default function reportSending(root) {
  const path = `/branches/${root.dataset.branch}`;
  const names = JSON.parse(document.getElementById("names").textContent);
  const state = { schedules: [], messages: [], jobs: [], older: [], next: null };
  const { say, refused, failed, succeeded } = makeSay(root);
  const dialog = (name) => makeDialog(root.querySelector(`[data-dialog="${name}"]`));
  const sure = dialog("sure");
  const draw = makeLists(root, state, names);
  const older = root.querySelector('[data-do="older"]');
  const openForm = makeScheduleForm(dialog("schedule"), { path, done });
  const scheduleOf = (button) => button.closest(".device").thing;

  async function done(words, focused) {
    await look().catch(() => {});
    say(words);
    if (focused) root.querySelector(`#schedule-${focused}`)?.focus();
  }

  // One press, one call: a second press meanwhile does nothing.
  async function press(button, act) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      await act();
    } catch (error) {
      refused(error);
    } finally {
      button.ariaBusy = null;
    }
  }

  const acts = {
    add: () => openForm(null),
    change: (button) => openForm(scheduleOf(button)),
    send: (button) => press(button, async () => {
      const { id, report, recipients } = scheduleOf(button);
      await call("POST", `${path}/report-schedules/${id}/send-now`, { request_id: requestId() });
      await done(text("done_send", { report: names.reports[report], to: recipients.join(", ") }));
    }),
    pause: (button) => press(button, async () => {
      const { id, report, active } = scheduleOf(button);
      await call("PATCH", `${path}/report-schedules/${id}`, { active: !active });
      await done(text(active ? "done_pause" : "done_resume", { report: names.reports[report] }));
    }),
    remove(button) {
      const { id, report } = scheduleOf(button);
      const values = { report: names.reports[report] };
      askSure(sure, {
        title: text("remove_title", values), words: text("remove_words"), yes: text("remove"),
        go: () => call("DELETE", `${path}/report-schedules/${id}`),
        done: async () => {
          await done(text("done_remove", values));
          root.querySelector("#schedules-title").focus();
        },
      });
    },
    again: (button) => press(button, async () => {
      const { id, recipient } = button.closest(".device").thing;
      await call("POST", `${path}/messages/${id}/again`, {});
      await done(text("done_again", { to: recipient }));
    }),
    cancel: (button) => press(button, async () => {
      await call("POST", `${path}/report-jobs/${button.closest(".device").thing.id}/cancel`, {});
      await done(text("done_cancel"));
      root.querySelector("#jobs-title").focus();
    }),
    older: (button) => press(button, async () => {
      const page = await call("GET", `${path}/messages?before=${state.next}`);
      state.older = [...state.older, ...page.messages];
      state.next = page.next;
      show();
    }),
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do](button);
  });

  function show() {
    draw();
    older.hidden = state.next === null;
  }

  // The newest look wins: an answer that was overtaken on its way is dropped.
  let looks = 0;
  async function look() {
    const number = ++looks;
    const [{ schedules }, page, { jobs }] = await Promise.all([
      call("GET", `${path}/report-schedules`), call("GET", `${path}/messages`), call("GET", `${path}/report-jobs`),
    ]);
    if (number !== looks) return;
    // What was unfolded stays, though newer ones push others over the page's end.
    const known = new Set(page.messages.map(({ id }) => id));
    const kept = state.older.length ? [...state.messages, ...state.older].filter(({ id }) => !known.has(id)) : [];
    if (!state.older.length) state.next = page.next;
    Object.assign(state, { schedules, messages: page.messages, older: kept, jobs: jobs.filter((job) => job.format !== "html") });
    show();
    succeeded();
    root.dataset.view = "list";
  }

  const isBusy = () => state.messages.some(({ state: how, problem }) => how === "queued" && !problem)
    || state.jobs.some(({ state: how }) => how === "queued" || how === "running");

  async function lookForEver() {
    try {
      if (!document.hidden) await look();
    } catch (error) {
      failed(error);
    }
    setTimeout(lookForEver, isBusy() ? BUSY_MS : QUIET_MS);
  }

  look().catch(refused).finally(() => setTimeout(lookForEver, BUSY_MS));
}
