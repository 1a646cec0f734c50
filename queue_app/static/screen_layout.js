// The editor of one screen's layout: nothing is kept before Save, and nobody's change is overwritten unseen.
import { ApiError, call } from "./api.js";
import { text } from "./words.js";
import { makeMarks } from "./form_marks.js";
import { makeLayoutForm } from "./screen_layout_form.js";
import { makeLook } from "./screen_layout_look.js";

const LOOK_MS = 10000; // how soon it is told that another manager saved something
const LEAVE_MS = 2500; // so long somebody who is signed out may read why the page changes

export default function screenLayout(root) {
  const path = `/branches/${root.dataset.branch}`;
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const form = makeLayoutForm(part("form"), facts, changed);
  const marks = makeMarks(part("form"));
  const look = makeLook(root, facts.capital_per_distance);
  let kept = null; // the form as the server has it
  let seen = null; // what the server gave last, to know whether somebody else changed it
  let theirs = null; // what somebody else saved while something was changed here
  let wantsUsual = false; // Save takes the usual one, also where that changes some day

  const now = () => JSON.stringify(form.read());
  const isDirty = () => kept !== null && now() !== kept;
  const isUsual = () => now() === JSON.stringify(facts.usual);

  function say(words) {
    part("state").textContent = words;
    part("error").textContent = "";
  }

  function changed() {
    if (kept === null) return;
    marks.clear();
    wantsUsual = wantsUsual && isUsual();
    root.dataset.dirty = isDirty() ? "yes" : "no";
    if (!theirs) say(text(isDirty() ? "unsaved" : "as_saved"));
    if (form.isWhole()) look.show(form.read());
  }

  function take(screen, words) {
    seen = JSON.stringify(screen.layout);
    theirs = null;
    part("theirs").hidden = true;
    part("name").textContent = screen.name;
    form.set(screen.layout);
    kept = now();
    wantsUsual = false;
    root.dataset.dirty = "no";
    root.dataset.view = "edit";
    look.show(form.read());
    say(text(words));
  }

  function refused(error) {
    part("state").textContent = "";
    if (error?.code !== "not_signed_in") {
      part("error").textContent = error instanceof ApiError ? error.message : text("no_answer");
      return;
    }
    kept = null; // what is not saved is lost either way; the sign-in page may not be held up by a question
    part("error").textContent = text("signed_out");
    setTimeout(() => location.assign(root.dataset.signIn), LEAVE_MS);
  }

  async function ours() {
    const { screens } = await call("GET", `${path}/devices`);
    const screen = screens.find(({ id }) => id === Number(root.dataset.screen));
    if (!screen) throw new ApiError(404, { code: "unknown_screen", message: text("gone") });
    return screen;
  }

  // Whether nobody saved anything since; else it is told, and the next Save takes what is here.
  function isNews(screen) {
    if (JSON.stringify(screen.layout) === seen) return false;
    if (!isDirty()) {
      take(screen, "theirs_taken");
      return true;
    }
    theirs = screen;
    seen = JSON.stringify(screen.layout);
    part("theirs").hidden = false;
    say("");
    part("error").textContent = text("theirs_waiting");
    return true;
  }

  let saving = false;
  async function save() {
    if (saving) return;
    saving = true;
    marks.clear();
    part("save").ariaBusy = "true";
    try {
      if (isNews(await ours())) return;
      const layout = wantsUsual ? null : form.read();
      const screen = await call("PATCH", `${path}/screens/${root.dataset.screen}`, { layout });
      take(screen, "saved");
    } catch (error) {
      if (marks.show(placed(error))) say(text("unsaved"));
      else refused(error);
    } finally {
      saving = false;
      part("save").ariaBusy = null;
    }
  }

  part("save").addEventListener("click", save);
  part("theirs").addEventListener("click", () => {
    take(theirs, "theirs_taken");
    part("save").focus();
  });
  part("usual").addEventListener("click", () => {
    form.set(facts.usual);
    wantsUsual = true;
    changed();
    if (isDirty()) say(text("usual_taken"));
    part("save").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    save();
  });
  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
  // A look that nobody asked for may fail: the next one tells.
  setInterval(() => { if (kept !== null && !saving && !document.hidden) ours().then(isNews, () => {}); }, LOOK_MS);
  ours().then((screen) => take(screen, "as_saved"), refused);
}

// The server names places in what it was sent: {layout: {sound: …}}.
function placed(error) {
  const place = String(error?.details?.field ?? "").replaceAll("/", ".").replace(/^layout\.?/, "");
  if (error?.details) error.details.field = place;
  return error;
}
