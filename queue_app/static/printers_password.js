// The password of a printer that fetches its slips: asked for once more, then shown this once, with what else to enter there.
import { call } from "./api.js";
import { text } from "./words.js";

export function makePassword(dialog, { path, names, refresh }) {
  const stage = (name) => dialog.element.querySelector(`[data-stage="${name}"]`);
  const { url, user, token, whole } = dialog.fields;

  function turn(name) {
    for (const one of ["ask", "told"]) stage(one).hidden = one !== name;
  }

  function forget() {
    for (const field of [url, user, token, whole]) field.value = "";
  }

  for (const button of dialog.element.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const field = dialog.fields[button.dataset.copy];
      field.select(); // where the clipboard is not let in, Ctrl+C is one key away
      await navigator.clipboard?.writeText(field.value).then(() => { button.textContent = text("copied"); }, () => {});
    });
  }
  dialog.element.addEventListener("close", forget);

  return (printer) => {
    forget();
    turn("ask");
    for (const button of dialog.element.querySelectorAll("[data-copy]")) button.textContent = text("copy");
    dialog.part("words").textContent = text(printer.has_token ? "password_again" : "password_new");
    dialog.open(text("password_title", { printer: printer.name }), async () => {
      const answer = await call("POST", `${path}/printers/${printer.id}/token`, {});
      url.value = names.fetch_urls[printer.kind];
      user.value = answer.user;
      token.value = answer.token;
      whole.value = `${url.value}/${answer.token}`;
      turn("told");
      token.focus();
      token.select();
      dialog.go = () => {}; // Enter closes now
      refresh().catch(() => {});
      return false;
    });
  };
}
