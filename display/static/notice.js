// The notice in its own room of two lines; a longer one turns its pages.
import { text } from "/static/words.js";
import { make } from "./elements.js";
import { makePages } from "./pages.js";

export function makeNotice(element) {
  let whole = "";
  let split = [""];
  let width = 0;
  const pages = makePages(element, draw);

  function draw() {
    const page = pages.of(split.length);
    if (split.length < 2) {
      element.replaceChildren(whole);
      return;
    }
    const place = make("span", "notice-page", text("page_of", { page: page + 1, pages: split.length }));
    const shown = make("span", "", split[page], " ", place);
    shown.setAttribute("aria-hidden", "true");
    element.replaceChildren(shown, make("span", "visually-hidden", whole));
  }

  // As many words to a page as its room takes, the page's number included.
  function splitUp() {
    const fits = (words) => { element.textContent = words; return element.scrollHeight <= element.clientHeight + 1; };
    if (fits(whole)) return [whole];
    const found = [];
    let words = "";
    for (const word of whole.split(/\s+/)) {
      if (words && !fits(`${words} ${word} ${text("page_of", { page: 10, pages: 10 })}`)) { found.push(words); words = word; }
      else words = words ? `${words} ${word}` : word;
    }
    return [...found, words];
  }

  return {
    show(notice) {
      element.hidden = !notice;
      if (notice === whole && (!notice || element.clientWidth === width)) return;
      [whole, width] = [notice, element.clientWidth];
      split = notice ? splitUp() : [""];
      draw();
    },
    stop: pages.stop,
  };
}
