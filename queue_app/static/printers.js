// The printers page: how every printer stands, what waits for it, and what a manager may do about it.
import { ApiError, call } from "./api.js";
import { follow } from "./live.js";
import { plural, text } from "./words.js";
import { makeCards } from "./printers_cards.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { makeForm } from "./printers_form.js";
import { makeKiosks, makeSlips } from "./printers_lists.js";
import { makePassword } from "./printers_password.js";
import { makePreview } from "./printers_preview.js";

const REFRESH_MS = 300; // at most one look in so long, however much happens
const SAID_MS = 8000; // so long it is told what was done; a refusal stays until something else is done
const POLL_MS = 10000; // minutes go on, and what another manager changed is told by no event

export default function printers(root) {
  const path = `/branches/${root.dataset.branch}`;
  const names = JSON.parse(document.getElementById("names").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const state = { printers: [], kiosks: [], slips: [] };
  const printer = (id) => state.printers.find((one) => one.id === id);

  // What is said lies over the page, so that it is read wherever the page was scrolled to.
  let quiet = null;
  function say(words, wrong = false) {
    clearTimeout(quiet);
    if (!wrong) quiet = setTimeout(() => { part("status").textContent = ""; }, SAID_MS);
    part("status").textContent = wrong ? "" : words;
    part("error").textContent = wrong ? words : "";
  }

  function refused(error) {
    if (error?.code === "not_signed_in") {
      setTimeout(() => location.assign(root.dataset.signIn), 2500);
      return say(text("signed_out"), true);
    }
    return say(error instanceof ApiError ? error.message : text("no_answer"), true);
  }

  // Run one change: a button cannot be pressed twice meanwhile, and the list shows what came of it.
  async function change(method, below, body, done, button) {
    if (button?.ariaBusy === "true") return;
    if (button) button.ariaBusy = "true";
    try {
      const answer = await call(method, `${path}${below}`, body);
      await refresh().catch(() => {});
      say(done(answer));
    } catch (error) {
      refused(error);
    } finally {
      if (button) button.ariaBusy = null;
    }
  }

  const shared = { root, path, names, state, text, say, refresh: () => refresh(), refused };
  const dialog = (name) => makeDialog(root.querySelector(`[data-dialog="${name}"]`));
  const sure = dialog("sure");
  const form = makeForm(dialog("form"), shared);
  const preview = makePreview(dialog("preview"), shared);
  const password = makePassword(dialog("password"), shared);
  const cards = makeCards(part("printers"), shared);
  const slips = makeSlips(part("slips"), shared, change, (slip) => askSure(sure, {
    title: text("cancel_title", { label: slip.words }), words: text("cancel_words"), yes: text("cancel_ticket"),
    go: () => call("POST", `${path}/slips/${slip.ticket}/cancel`, {}),
    done: async () => { await refresh(); say(text("done_cancel", { label: slip.words })); },
  }));
  const kiosks = makeKiosks(part("kiosks"), shared, change);
  const reassign = dialog("reassign");

  const acts = {
    test: (one, button) => change("POST", `/printers/${one.id}/test`, { language: document.documentElement.lang }, () => text("done_test", { printer: one.name }), button),
    preview: (one) => preview(one),
    change: (one) => form(one),
    password: (one) => password(one),
    pause(one, button) {
      const verb = one.paused ? "resume" : "pause";
      change("POST", `/printers/${one.id}/${verb}`, {}, () => text(`done_${verb}`, { printer: one.name }), button);
    },
    reassign(one) {
      const others = state.printers.filter((other) => other.id !== one.id);
      const select = reassign.fields.to;
      reassign.part("words").textContent = plural("reassign_words", one.waiting);
      select.replaceChildren(...others.map((other) => new Option(other.name, other.id)));
      if (one.fallback !== null) select.value = one.fallback;
      reassign.open(text("reassign_title", { printer: one.name }), async () => {
        const to = Number(select.value);
        const answer = await call("POST", `${path}/printers/${one.id}/reassign`, { to });
        await refresh();
        say(plural("done_reassign", answer.moved, { other: printer(to)?.name ?? "" }));
      });
    },
    remove(one) {
      const other = printer(one.fallback);
      askSure(sure, {
        title: text("remove_title", { printer: one.name }), yes: text("remove"),
        words: other ? text("remove_to", { other: other.name }) : text("remove_alone"),
        go: () => call("POST", `${path}/printers/${one.id}/remove`, {}),
        done: async () => {
          await refresh();
          say(text("done_remove", { printer: one.name }));
          root.querySelector('[data-do="add"]').focus();
        },
      });
    },
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "add") return form(null);
    const one = printer(Number(button.closest("[data-printer]").dataset.printer));
    if (one) acts[button.dataset.do](one, button);
  });

  let looks = 0;
  async function refresh() {
    const look = ++looks;
    const [list, troubled] = await Promise.all([call("GET", `${path}/printers`), call("GET", `${path}/slips`)]);
    if (look !== looks) return; // overtaken by a newer look
    Object.assign(state, { printers: list.printers, kiosks: list.kiosks, slips: troubled.slips });
    root.dataset.view = "list";
    cards.draw();
    slips.draw();
    kiosks.draw();
    part("empty").hidden = state.printers.length > 0;
  }

  let timer = null;
  function refreshSoon() {
    timer ??= setTimeout(() => {
      timer = null;
      refresh().catch((error) => { if (error?.code === "not_signed_in") refused(error); });
    }, REFRESH_MS);
  }

  follow({ channel: "desk", branch: root.dataset.branch }, {
    unordered: true,
    snapshot: refreshSoon,
    connected: refreshSoon,
    event: refreshSoon,
    printer: refreshSoon,
    async poll(since) {
      await refresh();
      return { revision: since, events: [] };
    },
    refused,
  });
  setInterval(() => { if (!document.hidden) refreshSoon(); }, POLL_MS);
  refresh().catch(refused);
}
