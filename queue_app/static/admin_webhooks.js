// The page of webhooks: which web addresses are told, and what became of each call.
import { call } from "./api.js";
import { makeDeliveries } from "./admin_webhooks_log.js";
import { makeMarks, markField } from "./form_marks.js";
import { makeOnce } from "./once_dialog.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { moment } from "./printers_times.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";
import { makeSay } from "./supervise_say.js";
import { text } from "./words.js";

const LOOK_MS = 3000;

export default function adminWebhooks(root) {
  const path = `/branches/${root.dataset.branch}/webhooks`;
  const { say, refused, failed, succeeded } = makeSay(root);
  const dialog = (name) => root.querySelector(`[data-dialog="${name}"]`);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const form = makeDialog(dialog("webhook"));
  const sure = makeDialog(dialog("sure"));
  const showOnce = makeOnce(dialog("once"));
  const marks = makeMarks(form.form);
  const draw = keepRows(part("webhooks"), makeRow("webhook-row", "webhook"), fill);
  const log = makeDeliveries(root, path, { say, press });
  const webhookOf = (button) => button.closest(".device").thing;

  function fill(row, { name, url, kinds, active, waiting, failed: lost, last_sent_at: last, problem }) {
    const put_ = (which, words) => put(row.querySelector(`[data-part="${which}"]`), words);
    put_("name", name);
    put_("what", url);
    put_("told", kinds.length ? kinds.join(", ") : text("all_kinds"));
    const how = !active ? "off" : problem ? "trouble" : waiting ? "sending" : "well";
    fillSign(row, { off: "hold", trouble: "care", sending: "well", well: "well" }[how], text(`is_${how}`), last ? text("last", { time: moment(last) }) : "");
    fillWhy(row, [problem && text(`problem_${problem}`), waiting ? text("waiting", { number: waiting }) : "", lost ? text("failed", { number: lost }) : ""].filter(Boolean).join(" "));
    put(row.querySelector('[data-do="pause"]'), text(active ? "switch_off" : "switch_on"));
    row.querySelector('[data-do="test"]').hidden = !active;
  }

  async function look() {
    const [{ webhooks }] = await Promise.all([call("GET", path), log.look()]);
    draw(webhooks, ({ id }) => id);
    part("no-webhooks").hidden = webhooks.length > 0;
    root.dataset.view = "list";
    succeeded();
  }

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

  function openForm(changed) {
    const { name, url } = form.fields;
    const kinds = [...form.form.querySelectorAll('[name="kind"]')];
    form.form.reset();
    marks.clear();
    name.value = changed?.name ?? "";
    url.value = changed?.url ?? "";
    for (const kind of kinds) kind.checked = changed?.kinds.includes(kind.value) ?? false;
    form.form.querySelector("details").open = Boolean(changed?.kinds.length);
    form.open(text(changed ? "change_title" : "add_title"), async () => {
      marks.clear();
      const empty = [name, url].find((field) => !field.value.trim());
      if (empty) {
        markField(empty, text("need_value"));
        empty.focus();
        return false;
      }
      const wish = { name: name.value.trim(), url: url.value.trim(), kinds: kinds.filter(({ checked }) => checked).map(({ value }) => value) };
      try {
        const answer = await call(changed ? "PATCH" : "POST", changed ? `${path}/${changed.id}` : path, wish);
        form.close();
        await look();
        if (answer.secret) showSecret(answer);
        else done(answer.webhook, "done_save");
        return true;
      } catch (error) {
        if (marks.show(error)) return false;
        throw error;
      }
    });
    name.focus();
  }

  function done({ id, name }, words) {
    say(text(words, { name }));
    root.querySelector(`#webhook-${id}`)?.focus();
  }

  function showSecret({ webhook, secret }) {
    showOnce({
      title: text("secret_title", { name: webhook.name }), words: text("secret_words"), label: text("secret"), secret,
      done: () => root.querySelector(`#webhook-${webhook.id}`)?.focus(),
    });
  }

  const acts = {
    add: () => openForm(null),
    change: (button) => openForm(webhookOf(button)),
    log: (button) => press(button, () => log.open(webhookOf(button))),
    older: (button) => press(button, log.older),
    again: (button) => press(button, () => log.again(webhookOf(button))),
    test: (button) => press(button, async () => {
      const webhook = webhookOf(button);
      await call("POST", `${path}/${webhook.id}/test`, {});
      await log.open(webhook);
      say(text("done_test", webhook));
    }),
    pause: (button) => press(button, async () => {
      const { id, active } = webhookOf(button);
      const { webhook } = await call("PATCH", `${path}/${id}`, { active: !active });
      await look();
      say(text(active ? "done_off" : "done_on", webhook));
    }),
    renew(button) {
      const { id, name } = webhookOf(button);
      let answer = null;
      askSure(sure, {
        title: text("renew_title", { name }), words: text("renew_words"), yes: text("renew"),
        go: async () => { answer = await call("POST", `${path}/${id}/secret`, {}); },
        done: () => showSecret(answer),
      });
    },
    remove(button) {
      const { id, name } = webhookOf(button);
      askSure(sure, {
        title: text("remove_title", { name }), words: text("remove_words"), yes: text("remove"),
        go: () => call("DELETE", `${path}/${id}`),
        done: async () => {
          log.close(id);
          await look();
          say(text("done_remove", { name }));
          root.querySelector("#webhooks-title").focus();
        },
      });
    },
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do](button);
  });

  async function lookForEver() {
    try {
      if (!document.hidden) await look();
    } catch (error) {
      failed(error);
    }
    setTimeout(lookForEver, LOOK_MS);
  }

  look().catch(refused).finally(() => setTimeout(lookForEver, LOOK_MS));
}
