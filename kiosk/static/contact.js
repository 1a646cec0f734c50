// Before the number: a name or a telephone number, where the branch asks for it. Nothing of it stays on the page.
import { countdown } from "./countdown.js";
import { text } from "/static/words.js";

export function contactPage(main, stage, home, take) {
  const section = main.querySelector('[data-stage="contact"]');
  if (!section) return { wanted: () => false, show() {}, refused: () => false, forget() {} };
  const part = (name) => section.querySelector(`[data-part="contact-${name}"]`);
  const form = part("form");
  const fields = ["name", "phone"].map(part).filter(Boolean);
  const back = countdown(section, part("back"), leave);
  let service = null;

  function forget() {
    form.reset();
    say(null);
  }

  function leave() {
    back.stop();
    forget();
    home();
  }

  function say(field, words = "") {
    part("wrong").textContent = words;
    for (const each of fields) each.setAttribute("aria-invalid", each === field ? "true" : "false");
    field?.focus();
  }

  function go(left) {
    back.stop();
    say(null);
    take(service, left);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const left = Object.fromEntries(fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
    go(Object.keys(left).length ? left : undefined);
  });
  part("skip").addEventListener("click", () => {
    form.reset();
    go(undefined);
  });
  // Whoever is typing is still there.
  form.addEventListener("input", () => back.start(seconds()));
  const seconds = () => Number(main.dataset.contactSeconds);

  return {
    wanted: () => true,
    show(one) {
      service = one;
      forget();
      stage.show("contact", { focus: fields[0] });
      back.start(seconds());
    },
    // Says whether what was wrong could be said here; the number was not taken then.
    refused(error) {
      const [what, name] = String(error?.details?.field ?? "").split(".");
      const field = error?.code === "invalid_value" && what === "contact" ? part(name ?? "") ?? fields[0] : null;
      if (!field) return false;
      say(field, text(field === part("phone") ? "contact_phone" : "contact_name"));
      back.start(seconds());
      return true;
    },
    forget,
  };
}
