// A number for somebody who stands here: it is printed where kiosks' slips are, and shown large.
import { ApiError, call, requestId } from "./api.js";
import { label as setLabel, text } from "./words.js";
import { serviceName } from "./desk_names.js";

export function makeIssue(root, state, { status, refresh }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const path = `/branches/${root.dataset.branch}/tickets`;
  let asked = null; // {words, id} of a wish without an answer: sent again it is the same number

  // wish: {service, language, priority}. True where a number was given.
  return async function issue(wish) {
    const words = JSON.stringify(wish);
    if (asked?.words !== words) asked = { words, id: requestId() };
    status.clear();
    try {
      const { ticket, print } = await call("POST", path, { ...wish, channel: "staff", request_id: asked.id });
      asked = null;
      show(ticket, print);
      refresh().catch(() => {});
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) {
        asked = null;
        status.refused(error);
      } else {
        status.error(text("issue_unknown"));
      }
      return false;
    }
  };

  function show(ticket, print) {
    part("issued-label").textContent = setLabel(ticket.label);
    part("issued-service").textContent = serviceName(ticket.service);
    part("issued-slip").textContent = text(print.state === "none" ? "issued_no_slip" : "issued_prints");
    status.done(text("done_issue", { label: setLabel(ticket.label) }));
    part("issued").showModal();
  }
}
