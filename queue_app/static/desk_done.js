// What was done, in a sentence.
import { label as setLabel, text } from "./words.js";
import { serviceName } from "./desk_names.js";

const SAME_WORDS = { call: "next" };

// answer: of the API; label: of the ticket it was about where the answer names none.
export function doneWords(name, answer, { label, counter, people }, body) {
  const values = {
    label: setLabel(answer.ticket?.label ?? label ?? ""),
    counter,
    service: body.service ? serviceName(body.service) : "",
    person: people?.find((one) => one.id === body.user)?.name ?? "",
  };
  if (name === "finish" && answer.next) return text("done_finish_next", { ...values, next: setLabel(answer.next.ticket.label) });
  return text(`done_${SAME_WORDS[name] ?? name}`, values);
}
