// What is said over the page, so that it is read wherever the page was scrolled to: what was done, and what was refused.
import { ApiError } from "./api.js";
import { text } from "./words.js";

const SAID_MS = 8000; // so long it is told what was done; a refusal stays until something else is done
const LEAVE_MS = 2500; // so long somebody who is signed out may read why the page changes

export function makeSay(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  let quiet = null;
  let trouble = ""; // what a look that nobody asked for was refused with

  function say(words, wrong = false) {
    clearTimeout(quiet);
    if (!wrong) quiet = setTimeout(() => { part("status").textContent = ""; }, SAID_MS);
    part("status").textContent = wrong ? "" : words;
    part("error").textContent = wrong ? words : "";
  }

  function refused(error) {
    if (error?.code === "not_signed_in") {
      setTimeout(() => location.assign(root.dataset.signIn), LEAVE_MS);
      return say(text("signed_out"), true);
    }
    return say(error instanceof ApiError ? error.message : text("no_answer"), true);
  }

  return {
    say, refused,
    // A look that nobody asked for: a cut line is told by the ribbon, and a refusal only until a look succeeds.
    failed(error) {
      if (!(error instanceof ApiError)) return;
      refused(error);
      trouble = part("error").textContent;
    },
    succeeded() {
      if (trouble && part("error").textContent === trouble) say("");
      trouble = "";
    },
  };
}
