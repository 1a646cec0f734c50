// A page of the administration: one section of the branch's configuration as a form, saved as a whole, in force at once.
import { ApiError } from "./api.js";
import { makeAsker } from "./admin_ask.js";
import { makeConfig } from "./admin_config.js";
import { makeFields } from "./admin_fields.js";
import { makeMarks } from "./form_marks.js";
import { text } from "./words.js";
import { widgets } from "./admin_widgets.js";

export default function adminForm(root) {
  const form = root.querySelector("form[data-section]");
  const { section } = form.dataset;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const config = makeConfig(root.dataset.branch);
  const ask = makeAsker(root.querySelector('dialog[data-dialog="ask"]'));
  const marks = makeMarks(form);
  const fields = makeFields(form, widgets, { changed });
  let kept = null; // the section as the server has it
  let seen = null; // as it came, to notice what somebody else has changed
  let leaving = false;

  const isDirty = () => kept !== null && !leaving && JSON.stringify(fields.read()) !== JSON.stringify(kept);

  function changed() {
    if (kept === null) return;
    form.dataset.dirty = isDirty() ? "yes" : "no";
    part("state").textContent = text(isDirty() ? "unsaved" : "as_saved");
    form.dispatchEvent(new CustomEvent("section", { detail: fields.read() }));
  }

  async function load() {
    const branch = await config.read();
    root.dispatchEvent(new CustomEvent("document", { detail: branch }));
    seen = JSON.stringify(branch[section]);
    fields.set(branch[section], branch);
    kept = fields.read();
    root.dataset.view = "edit";
    changed();
  }

  function fail(error) {
    if (error?.code === "not_signed_in") {
      leaving = true;
      part("error").textContent = text("signed_out");
      setTimeout(() => location.assign(root.dataset.signIn), 2500);
    } else if (!showAtField(error)) part("problem").textContent = error instanceof ApiError ? error.message : text("no_answer");
  }

  // The server says services/2/letter; the fields of this form are called by what follows the section.
  function showAtField(error) {
    const field = String(error?.details?.field ?? "").replace(/^document\//, "");
    if (error?.code !== "invalid_value" || !field.startsWith(section)) return false;
    const place = field.slice(section.length).replace(/^(?=[/[]\d)/, "rows").replace(/^[/.]/, "");
    const shown = marks.show({ ...error, message: error.message, details: { ...error.details, field: place } });
    const control = form.querySelector("[aria-invalid]");
    if (control?.closest("details:not([open])")) {
      control.closest("details").open = true;
      control.focus();
    }
    return shown;
  }

  // Saves; where somebody is in the way, it is asked, and saved once more with what was answered.
  async function save(more = {}) {
    try {
      return await config.write({ queue: 1, [section]: fields.read() }, more);
    } catch (error) {
      if (error?.code === "would_strand" && await ask(text("strand_title"), strandedWords(error.details.stranded ?? []), text("strand_yes"))) {
        return save({ ...more, stranding: true });
      }
      if (error?.code === "settings_changed") {
        const now = await config.look();
        const elsewhere = JSON.stringify(now.document[section]) === seen; // then nobody has to be asked
        if (!elsewhere && !(await ask(text("conflict_title"), [text("conflict_words")], text("conflict_yes")))) return null;
        now.accept();
        return save(more);
      }
      if (error?.code === "would_strand") return null;
      throw error;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    marks.clear();
    part("problem").textContent = "";
    part("done").textContent = "";
    if (!isDirty()) {
      part("done").textContent = text("nothing_changed");
      return;
    }
    form.ariaBusy = "true";
    try {
      if (await save()) await saved();
      else part("done").textContent = text("not_saved");
    } catch (error) {
      fail(error);
    } finally {
      form.ariaBusy = null;
    }
  });

  async function saved() {
    const focused = document.activeElement;
    await load();
    part("done").textContent = text("saved_now");
    if (!document.contains(focused) || document.activeElement === document.body) part("save").focus();
    if (form.dataset.reload) {
      leaving = true;
      location.reload();
    }
  }

  form.addEventListener("input", changed);
  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
  load().catch(fail);
}

function strandedWords(stranded) {
  return [...stranded.map(({ what, waiting }) => text("strand_row", { what, waiting })), text("strand_words")];
}
