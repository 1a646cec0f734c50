// The page of tokens: what other programs may do, made and revoked.
import { call } from "./api.js";
import { makeMarks, markField } from "./form_marks.js";
import { makeOnce } from "./once_dialog.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { moment } from "./printers_times.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";
import { makeSay } from "./supervise_say.js";
import { text } from "./words.js";

const dayFormat = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: document.body.dataset.zone || undefined });

export default function adminTokens(root) {
  const path = `/branches/${root.dataset.branch}/tokens`;
  const { say, refused } = makeSay(root);
  const dialog = (name) => root.querySelector(`[data-dialog="${name}"]`);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const form = makeDialog(dialog("token"));
  const sure = makeDialog(dialog("sure"));
  const showOnce = makeOnce(dialog("once"));
  const marks = makeMarks(form.form);
  const draw = keepRows(part("tokens"), makeRow("token-row", "token"), fill);

  function fill(row, token) {
    const { name, scopes, every_branch: every, expires_at: until, expired } = token;
    put(row.querySelector('[data-part="name"]'), name);
    put(row.querySelector('[data-part="what"]'), [scopes.join(", "), text(every ? "every_branch" : "this_branch")].join(" · "));
    fillSign(row, expired ? "stop" : until ? "hold" : "well", text(expired ? "expired" : until ? "until" : "for_ever"), until ? dayFormat.format(new Date(until)) : "");
    fillWhy(row, text(token.created_by ? "made_by" : "made", { time: moment(token.created_at), who: token.created_by }));
  }

  async function look() {
    const { tokens } = await call("GET", path);
    draw(tokens, ({ id }) => id);
    part("no-tokens").hidden = tokens.length > 0;
    root.dataset.view = "list";
  }

  async function make() {
    marks.clear();
    const { name, expires_at: day, every_branch: every } = form.fields;
    const scopes = [...form.form.querySelectorAll('[name="scope"]:checked')].map(({ value }) => value);
    if (!name.value.trim()) {
      markField(name, text("need_value"));
      name.focus();
      return false;
    }
    const wish = { name: name.value.trim(), scopes, every_branch: every?.checked ?? false, expires_at: day.value ? endOf(day.value) : null };
    try {
      const { token } = await call("POST", path, wish);
      form.close();
      await look();
      showOnce({
        title: text("made_title", { name: wish.name }), words: text("made_words"), label: text("token"), secret: token,
        done: () => root.querySelector("#tokens-title").focus(),
      });
      return true;
    } catch (error) {
      if (marks.show(error)) return false;
      throw error;
    }
  }

  // The end of a day where this browser is; a token may be good an hour longer, but never for a day less than was asked for.
  function endOf(day) {
    const end = new Date(`${day}T00:00:00`);
    end.setDate(end.getDate() + 1);
    return end.toISOString();
  }

  const acts = {
    add() {
      form.form.reset();
      marks.clear();
      form.open(text("make_title"), make);
      form.fields.name.focus();
    },
    revoke(button) {
      const { id, name } = button.closest(".device").thing;
      askSure(sure, {
        title: text("revoke_title", { name }), words: text("revoke_words"), yes: text("revoke"),
        go: () => call("DELETE", `${path}/${id}`),
        done: async () => {
          await look();
          say(text("done_revoke", { name }));
          root.querySelector("#tokens-title").focus();
        },
      });
    },
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do](button);
  });
  look().catch(refused);
}
