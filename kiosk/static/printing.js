// The kiosk's own browser as the printer, started so that it prints without asking (Chromium: --kiosk --kiosk-printing).
// Slips are printed one after the other; a browser that asks, or does nothing, holds nobody up: the number stays on the screen,
// and after `data-print-seconds` the slip is said not to have come out.
import { ApiError, call } from "/static/api.js";
import { stayFor } from "./pages.js";

const TELL_MS = [0, 1000, 3000]; // how often, and after which pauses, it is said what became of a slip

export function browserPrinter(main) {
  const paper = document.querySelector('body > [data-part="paper"]');
  const page = new CSSStyleSheet();
  document.adoptedStyleSheets.push(page);
  let line = Promise.resolve();
  let waiting = 0; // slips in the line
  let ended = null; // the last slip and what became of it: where nobody heard that, it is said again, not printed again
  let isPrinter = false;

  function print(token) {
    if (!isPrinter) return;
    waiting += 1;
    line = line.then(() => one(token)).catch(() => {}).then(() => { waiting -= 1; }); // refused: printed elsewhere, or already
    stayFor(line);
  }

  async function one(token) {
    const slip = await call("POST", `/tickets/${token}/slip/claim`, {});
    if (ended?.slip !== slip.slip) ended = { slip: slip.slip, state: (await printed(slip).catch(() => false)) ? "printed" : "failed" };
    const state = ended.state;
    for (const pause of TELL_MS) {
      await rest(pause);
      try {
        return await call("POST", `/tickets/${token}/slip`, { state, slip: slip.slip });
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) throw error;
      }
    }
    return null;
  }

  // A browser that shows a dialog lets no script run until somebody closes it: late, whatever was pressed, is not printed.
  async function printed(slip) {
    const image = paper.querySelector("img");
    image.src = slip.picture;
    image.style.width = `${slip.picture_width_mm}mm`;
    image.style.height = `${slip.height_mm}mm`;
    page.replaceSync(`@page { size: ${slip.width_mm}mm ${slip.height_mm}mm; margin: 0; }`);
    const begun = performance.now();
    const most = Number(main.dataset.printSeconds) * 1000;
    const after = new Promise((done) => addEventListener("afterprint", () => done(performance.now() - begun < most), { once: true }));
    const late = rest(most).then(() => false);
    try {
      if ((await Promise.race([image.decode(), late])) === false) return false;
      await rest(50); // the number is painted first
      window.print();
      return await Promise.race([after, late]);
    } finally {
      image.removeAttribute("src");
    }
  }

  async function look() {
    if (!isPrinter || waiting) return;
    const { token } = await call("GET", `/branches/${main.dataset.branch}/slips/next`);
    if (token) print(token);
  }

  // Every `data-look-seconds` it is asked whether something else waits: a copy that a desk wants, a slip whose answer was lost.
  let looked = performance.now();
  setInterval(() => {
    if (performance.now() - looked < Number(main.dataset.lookSeconds) * 1000) return;
    looked = performance.now();
    look().catch(() => {}); // the next round asks again
  }, 1000);
  return { print, follow(now) { isPrinter = now.kind === "browser"; } };
}

function rest(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
