// A call in a sentence, for who listens to the page.
import { text } from "/static/words.js";

export function inWords({ label, counter }, layout) {
  const direction = layout.arrows[counter];
  return direction ? text("said_where", { label, counter, where: text(`where_${direction}`) }) : text("said", { label, counter });
}
