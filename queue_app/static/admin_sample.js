// What the kiosk and the lobby would look like, beside the form that says it.
import { pick } from "./words.js";

export default function adminSample() {
  const form = document.querySelector('form[data-section="branding"]');
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const [logo, welcome] = ["sample-logo", "sample-welcome"].map(part);
  form.addEventListener("section", ({ detail }) => {
    logo.hidden = !detail.logo;
    if (detail.logo) logo.src = `data:image/png;base64,${detail.logo}`;
    welcome.textContent = pick(detail.welcome ?? {}) || welcome.dataset.usual;
  });
}
