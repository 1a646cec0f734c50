// The logo: kept at once, apart from the layout, for a file cannot wait in a form.
import { ApiError, refusal } from "./api.js";
import { text } from "./words.js";

const TIMEOUT_MS = 30000;

export function makeLogo(root, path, { refused, changed }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const file = part("logo-file");
  const wrong = part("logo-wrong");

  async function send(body, type) {
    const headers = {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
    };
    if (type) headers["Content-Type"] = type;
    const response = await fetch(`/api/v1${path}/slip-layout/logo`, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw await refusal(response);
    return response.json();
  }

  async function keep(body, type, done) {
    wrong.textContent = "";
    try {
      const view = await send(body, type);
      changed(view);
      part("logo-state").textContent = text(done);
    } catch (error) {
      if (error?.code === "not_signed_in") refused(error);
      else wrong.textContent = error instanceof ApiError ? error.message : text("no_answer");
    }
  }

  file.addEventListener("change", async () => {
    const [picture] = file.files;
    if (picture) await keep(picture, picture.type || "application/octet-stream", "logo_done");
    file.value = ""; // so that the same file can be chosen once more
  });
  part("logo-remove").addEventListener("click", async () => {
    await keep(undefined, null, "logo_gone");
    file.focus();
  });
}
