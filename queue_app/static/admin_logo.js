// The logo: a picture that is chosen here stands in the section until that is saved.
import { text } from "./words.js";

const MOST_BYTES = 200_000;

export function makeLogo(element, changed) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const [file, shown, away, wrong] = ["file", "shown", "away", "logo-wrong"].map(part);
  let logo = null; // base64 of a PNG

  function show() {
    shown.hidden = away.hidden = !logo;
    if (logo) shown.src = `data:image/png;base64,${logo}`;
    else shown.removeAttribute("src");
  }

  file.addEventListener("change", async () => {
    const [picture] = file.files;
    file.value = ""; // so that the same file can be chosen once more
    if (!picture) return;
    const bytes = new Uint8Array(await picture.arrayBuffer());
    const isPng = bytes.length > 8 && bytes[0] === 0x89 && bytes[1] === 0x50;
    wrong.textContent = isPng && bytes.length <= MOST_BYTES ? "" : text(isPng ? "logo_large" : "logo_not_png");
    wrong.hidden = !wrong.textContent;
    if (wrong.textContent) return;
    logo = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    show();
    changed();
  });
  away.addEventListener("click", () => {
    logo = null;
    show();
    file.focus();
    changed();
  });
  return { set(value) { logo = value ?? null; show(); }, read: () => logo };
}
