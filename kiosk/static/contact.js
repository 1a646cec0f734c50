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
  let asking = false; // not while the number is being taken

  function forget() {
    form.reset();
    say(null);
  }

  function ask() {
    asking = true;
    back.start(Number(main.dataset.contactSeconds));
  }

  function leave() {
    asking = false;
    back.stop();
    forget();
    home();
  }

  function say(field, words = "") {
    part("wrong").textContent = words;
    for (const each of fields) {
      each.setAttribute("aria-invalid", each === field ? "true" : "false");
      each.setAttribute("aria-describedby", each === field ? "contact-wrong" : "");
    }
    field?.focus();
  }

  function go(left) {
    asking = false;
    back.stop();
    say(null);
    take(service, left);
  }

  // A second touch takes nothing back that is on its way, nor is the one that led here an answer.
  const mayGo = () => asking && !back.deaf();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!mayGo()) return;
    const left = Object.fromEntries(fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
    go(Object.keys(left).length ? left : undefined);
  });
  part("skip").addEventListener("click", () => {
    if (!mayGo()) return;
    form.reset();
    go(undefined);
  });
  // Whoever is typing, or goes from field to field, is still there.
  for (const kind of ["input", "keydown", "pointerdown"]) form.addEventListener(kind, () => { if (asking) ask(); });

  return {
    wanted: () => true,
    show(one) {
      service = one;
      forget();
      stage.show("contact", { focus: fields[0] });
      section.scrollTop = 0;
      ask();
    },
    // Says whether what was wrong could be said here; the number was not taken then. What is said elsewhere ends the visit.
    refused(error) {
      const [what, name] = String(error?.details?.field ?? "").split(".");
      const field = error?.code === "invalid_value" && what === "contact" ? part(name ?? "") ?? fields[0] : null;
      if (!field) {
        forget();
        return false;
      }
      say(field, text(field === part("phone") ? "contact_phone" : "contact_name"));
      ask();
      return true;
    },
    forget,
  };
}
