// The dialog that shows the paper as a printer will print it: a slip in any language for any service, or the self-test.
import { ApiError } from "./api.js";
import { text } from "./words.js";
import { fetchPicture } from "./printers_picture.js";

export function makePreview(dialog, { path }) {
  const { what, language, service } = dialog.fields;
  const picture = dialog.part("picture");
  let printer = null;
  let last = null;

  async function draw() {
    last?.abort();
    const mine = last = new AbortController();
    const test = what.value === "test";
    service.closest("label").hidden = test;
    dialog.say("");
    dialog.part("paper").ariaBusy = "true";
    try {
      const wish = { language: language.value, test, ...(service.value && !test ? { service: service.value } : {}) };
      const source = await fetchPicture(`${path}/printers/${printer.id}/preview`, wish, mine.signal);
      if (mine !== last) return;
      picture.src = source;
      picture.alt = text("preview_alt");
      picture.hidden = false;
    } catch (error) {
      if (mine !== last) return;
      picture.hidden = true;
      dialog.say(error instanceof ApiError ? error.message : text("no_answer"));
    } finally {
      if (mine === last) dialog.part("paper").ariaBusy = null;
    }
  }

  for (const field of [what, language, service]) field.addEventListener("change", draw);
  return (one) => {
    printer = one;
    picture.hidden = true;
    what.value = "slip";
    dialog.open(text("preview_title", { printer: one.name }), null);
    draw();
  };
}
