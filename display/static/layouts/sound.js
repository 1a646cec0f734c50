// A loudspeaker: nothing to read but that it is one, and what it spoke last. A black screen does as well.
import { text } from "/static/words.js";
import { make } from "../elements.js";
import { inWords } from "../words_of.js";

export function makeSound(room, layout) {
  const last = make("p", "sound-last");
  const title = make("p", "sound-caption", text("spoken_last"));
  title.hidden = true;
  room.replaceChildren(make("section", "sound", make("h2", "sound-title", text("loudspeaker")), make("p", "", text("spoken_here")), title, last));
  return {
    draw({ large, fresh }) {
      if (!large || !fresh) return;
      last.textContent = inWords(large, layout);
      title.hidden = false;
    },
    fit() {},
    calls: () => [],
    stop() {},
  };
}
