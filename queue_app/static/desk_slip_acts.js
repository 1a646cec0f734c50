// What can be done about a slip that did not come out: print it again, or cancel a number that nobody holds. To cancel is asked
// once more, on the same button; Escape, or going elsewhere, takes it back.
import { ApiError, call } from "./api.js";
import { label as setLabel, text } from "./words.js";

const CANCELLABLE = new Set(["waiting", "parked", "called"]);

export function makeSlipActs(root, state, { status, heard }) {
  const where = root.querySelector('[data-part="slips-printer"]');
  const path = `/branches/${root.dataset.branch}/slips`;

  async function send(slip, verb, body, buttons) {
    for (const button of buttons) button.disabled = true;
    try {
      const { slips } = await call("POST", `${path}/${slip.ticket}/${verb}`, body);
      status.done(text(`done_${verb}`, { label: setLabel(slip.label) }));
      heard(slips);
    } catch (error) {
      if (error instanceof ApiError) status.refused(error);
      else status.error(text("no_answer"));
    } finally {
      for (const button of buttons) button.disabled = false;
      if (document.activeElement === document.body) root.querySelector('[data-part="now"]').focus({ preventScroll: true });
    }
  }

  function make(slip) {
    const group = document.createElement("span");
    group.className = "slip-acts";
    group.innerHTML = '<button class="button button--quiet" type="button" data-slip-act="reprint"></button><button class="button button--quiet" type="button" data-slip-act="cancel"></button>';
    const [again, cancel] = group.children;
    const label = setLabel(slip.label);
    again.textContent = text("print_again");
    again.setAttribute("aria-label", text("print_again_label", { label }));
    again.addEventListener("click", () => send(slip, "reprint", where.value ? { printer: Number(where.value) } : {}, group.children));

    function ask(sure) {
      if (sure === (cancel.dataset.sure === "yes")) return;
      cancel.dataset.sure = sure ? "yes" : "no";
      cancel.textContent = text(sure ? "cancel_sure" : "cancel_ticket");
      cancel.setAttribute("aria-label", text(sure ? "cancel_sure_label" : "cancel_ticket_label", { label }));
      if (sure) status.wait(text("cancel_ask", { label }));
      else status.clear();
    }
    cancel.dataset.sure = "yes";
    ask(false);
    cancel.addEventListener("click", () => (cancel.dataset.sure === "yes" ? send(slip, "cancel", {}, group.children) : ask(true)));
    cancel.addEventListener("blur", () => ask(false));
    cancel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || cancel.dataset.sure !== "yes") return;
      ask(false);
      event.stopPropagation();
    });
    return group;
  }

  return {
    // Puts the buttons first in `element`, keeps those that stand there, or takes them away where the slip has come out.
    keep(element, slip) {
      let group = element.querySelector(".slip-acts");
      if (!slip) {
        const had = group?.contains(document.activeElement);
        group?.remove();
        if (had) element.querySelector("button")?.focus();
        return;
      }
      if (!group) element.prepend(group = make(slip));
      group.querySelector('[data-slip-act="cancel"]').hidden = !CANCELLABLE.has(slip.ticket_state);
    },
  };
}
