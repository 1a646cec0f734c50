// The editor of what stands on a slip: blocks on the left, the paper on the right, nothing kept before Save.
import { ApiError, call } from "./api.js";
import { reasonOf } from "./form_marks.js";
import { text } from "./words.js";
import { makeBlocks } from "./slip_layout_blocks.js";
import { makeLogo } from "./slip_layout_logo.js";
import { makeLook } from "./slip_layout_look.js";
import { makeTexts } from "./slip_layout_texts.js";

export default function slipLayout(root) {
  const path = `/branches/${root.dataset.branch}`;
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  let kept = null; // as the server has it: what "saved" is compared with
  let usual = false; // the branch has no layout of its own
  let wantsUsual = false; // Save takes the usual one, also where that changes some day

  const blocks = makeBlocks(root, facts, changed);
  const texts = makeTexts(root, changed);
  const look = makeLook(root, path, () => ({ layout: blocks.value(), texts: texts.value() }), (error) => showWrong(error));
  makeLogo(root, path, { refused, changed: (view) => { drawLogo(view); look.draw(); } });

  const now = () => JSON.stringify([blocks.value(), texts.value()]);
  const isDirty = () => kept !== null && now() !== kept;

  function say(words) {
    part("state").textContent = words;
    part("error").textContent = "";
  }

  function changed() {
    wantsUsual = wantsUsual && JSON.stringify(blocks.value()) === JSON.stringify(facts.usual);
    root.dataset.dirty = isDirty() ? "yes" : "no";
    say(isDirty() ? text("unsaved") : text(usual ? "saved_usual" : "as_saved"));
    if (blocks.check()) look.drawSoon();
  }

  function take(view) {
    usual = view.usual;
    blocks.set(view.layout);
    texts.set(view.service_texts);
    kept = now();
    wantsUsual = false;
    drawLogo(view);
    root.dataset.view = "edit";
    root.dataset.dirty = "no";
  }

  function drawLogo(view) {
    part("logo-state").textContent = text(view.logo ? "logo_kept" : "logo_none");
    part("logo-remove").hidden = !view.logo;
  }

  function refused(error) {
    if (error?.code === "not_signed_in") {
      kept = null; // what is not saved is lost either way; the sign-in page may not be held up by a question
      setTimeout(() => location.assign(root.dataset.signIn), 2500);
      part("error").textContent = text("signed_out");
    } else {
      part("error").textContent = error instanceof ApiError ? error.message : text("no_answer");
    }
    part("state").textContent = "";
  }

  // A refusal that names a place is shown there: layout/3/size, service_texts/ids/cs.
  function showWrong(error) {
    const place = String(error?.details?.field ?? "");
    if (place.startsWith("layout")) return blocks.show(place, reasonOf(error));
    if (place.startsWith("service_texts/")) return texts.show(place, reasonOf(error));
    return false;
  }

  let saving = false;
  async function save() {
    if (saving || !blocks.check(true)) return;
    saving = true;
    part("save").ariaBusy = "true";
    try {
      take(await call("POST", `${path}/slip-layout`, { layout: wantsUsual ? null : blocks.value(), service_texts: texts.value() }));
      say(text(usual ? "saved_usual" : "saved"));
      look.draw();
    } catch (error) {
      if (showWrong(error)) say(text("unsaved"));
      else refused(error);
    } finally {
      saving = false;
      part("save").ariaBusy = null;
    }
  }

  part("save").addEventListener("click", save);
  part("usual").addEventListener("click", () => {
    blocks.set(facts.usual);
    wantsUsual = true;
    changed();
    if (isDirty()) say(text("usual_taken"));
    part("save").focus();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    }
  });
  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });

  async function load() {
    const [view, list] = await Promise.all([call("GET", `${path}/slip-layout`), call("GET", `${path}/printers`)]);
    take(view);
    say(text(usual ? "saved_usual" : "as_saved"));
    look.setPrinters(list.printers);
  }
  load().catch(refused);
}
