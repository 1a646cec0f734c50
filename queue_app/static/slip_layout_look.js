// The paper as a printer will print it, drawn by the server from the layout that is not saved yet: one language large, all of
// them small. The server's time is everybody's: it draws after a pause in typing, one picture after the other, and only what is seen.
import { ApiError } from "./api.js";
import { text } from "./words.js";
import { fetchPicture } from "./printers_picture.js";

const PAUSE_MS = 400;

export function makeLook(root, path, wish, showWrong) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const thumbs = [...root.querySelectorAll(".thumb")];
  const picture = part("picture");
  const printer = part("printer");
  const service = part("service");
  const chosen = () => thumbs.find((thumb) => thumb.ariaPressed === "true") ?? thumbs[0];
  let last = null;
  let timer = null;

  async function fetchOne(language, signal) {
    const { layout, texts } = wish();
    const more = service.value ? { service: service.value, service_text: texts[service.value] ?? {} } : {};
    return fetchPicture(`${path}/printers/${printer.value}/preview`, { language, layout, ...more }, signal);
  }

  async function draw() {
    clearTimeout(timer);
    if (!printer.value) return;
    last?.abort();
    const mine = last = new AbortController();
    part("paper").ariaBusy = "true";
    try {
      const first = chosen();
      for (const thumb of [first, ...thumbs.filter((other) => other !== first)]) {
        const source = await fetchOne(thumb.dataset.language, mine.signal);
        if (mine !== last) return;
        put(thumb.querySelector("img"), source);
        if (thumb !== first) continue;
        part("look-wrong").textContent = "";
        put(picture, source);
        picture.alt = text("preview_alt");
        part("paper").ariaBusy = null;
      }
    } catch (error) {
      if (mine !== last) return;
      part("paper").ariaBusy = null;
      if (error instanceof ApiError && showWrong(error)) return;
      part("look-wrong").textContent = error instanceof ApiError ? error.message : text("no_answer");
    }
  }

  function put(image, source) {
    image.src = source;
    image.hidden = false;
  }

  function choose(thumb) {
    for (const other of thumbs) other.ariaPressed = other === thumb ? "true" : "false";
    const small = thumb.querySelector("img");
    if (!small.hidden) picture.src = small.src;
    picture.lang = thumb.dataset.language;
  }

  if (!thumbs.some((thumb) => thumb.ariaPressed === "true") && thumbs.length) thumbs[0].ariaPressed = "true";
  for (const thumb of thumbs) {
    thumb.ariaLabel = text("preview_in", { language: thumb.textContent.trim() });
    thumb.addEventListener("click", () => choose(thumb));
  }
  for (const select of [printer, service]) select.addEventListener("change", draw);
  return {
    draw,
    drawSoon() {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE_MS);
    },
    setPrinters(printers) {
      printer.replaceChildren(...printers.map((one) => new Option(one.name, one.id)));
      if (printers.length) draw();
      else part("look-wrong").textContent = text("no_printer");
    },
  };
}
