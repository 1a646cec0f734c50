// What is said to the clerk: what was done, what was refused, and what is not known.
import { ApiError } from "./api.js";
import { refusalWords } from "./desk_refusals.js";
import { text } from "./words.js";

export function makeStatus(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const status = part("status");
  const error = part("error");

  function say(element, words) {
    status.textContent = error.textContent = "";
    element.textContent = words;
  }

  return {
    done: (words) => say(status, words),
    wait: (words) => say(status, words),
    error: (words) => say(error, words),
    clear: () => say(status, ""),
    // The answer to a change was lost for good; the next look at the desk will tell.
    notKnown: () => say(error, text("no_answer")),
    refused(reason) {
      if (reason?.code === "not_signed_in") {
        say(error, text("signed_out"));
        setTimeout(() => location.assign(root.dataset.signIn), 2500);
      } else if (reason instanceof ApiError) {
        say(error, refusalWords(reason));
      }
    },
  };
}
