// Personal data: what a retention period would do, and what is handed out or erased when somebody asks.
import { ApiError, call } from "./api.js";
import { makeAsker } from "./admin_ask.js";
import { makeMarks } from "./form_marks.js";
import { text } from "./words.js";

export default function adminPrivacy(root) {
  const path = `/branches/${root.dataset.branch}/privacy`;
  const form = root.querySelector('form[data-part="request"]');
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const marks = makeMarks(form);
  const ask = makeAsker(document.querySelector('dialog[data-dialog="ask"]'));
  const { about } = form.elements;

  function choose() {
    for (const field of form.querySelectorAll("[data-for]")) field.hidden = field.dataset.for !== about.value;
  }

  function subject() {
    const names = about.value === "ticket" ? ["ticket", "date"] : [about.value];
    return Object.fromEntries(names.map((name) => [name, form.elements[name].value.trim()]));
  }

  async function request(what, after) {
    marks.clear();
    part("problem").textContent = part("done").textContent = "";
    form.ariaBusy = "true";
    try {
      after(await call("POST", `${path}/${what}`, subject()));
    } catch (error) {
      if (!marks.show(error)) part("problem").textContent = error instanceof ApiError ? error.message : text("no_answer");
    } finally {
      form.ariaBusy = null;
    }
  }

  function save(found) {
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" })),
      download: `${root.dataset.branch}-${about.value}.json`,
    });
    link.click();
    URL.revokeObjectURL(link.href);
    part("done").textContent = text("privacy_saved");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    request("export", save);
  });
  form.querySelector('[data-do="erase"]').addEventListener("click", async () => {
    const words = about.value === "person" ? "privacy_erase_person" : "privacy_erase_visitor";
    if (!await ask(text("privacy_erase_title"), [text(words)], text("privacy_erase_yes"))) return;
    await request("erase", () => { part("done").textContent = text("privacy_erased"); });
  });
  about.addEventListener("change", choose);
  choose();
  showWhatWouldGo(path);
}

// What the night would do with the retention period as it stands in the form.
function showWhatWouldGo(path) {
  const form = document.querySelector("form[data-section]");
  const told = form.querySelector('[data-part="would-forget"]');
  let asked = null;
  form.addEventListener("section", async ({ detail }) => {
    const days = detail?.retention_days;
    if (days === asked) return;
    asked = days;
    if (!Number.isInteger(days) || days < 1) {
      told.textContent = "";
      return;
    }
    try {
      const due = await call("GET", `${path}/due?days=${days}`);
      if (asked === days) told.textContent = due.days ? text("privacy_due", due) : text("privacy_due_nothing");
    } catch {
      told.textContent = ""; // the number itself is judged when it is saved
    }
  });
}
