// Why something was refused, and the way out of it.
import { plural, text } from "./words.js";

export function refusalWords(error) {
  if (error.code === "no_show_too_early") return tooEarly(error.details);
  const way = `way_${error.code}`;
  const known = text(way);
  return known === way ? error.message : `${error.message} ${known}`;
}

// Which is missing: a call, or some seconds. calls and needed_calls are numbers of calls so far and before a no-show.
function tooEarly({ calls, needed_calls: needed, seconds_left: seconds }) {
  return calls < needed ? plural("too_early_calls", needed - calls) : plural("too_early_seconds", seconds);
}
