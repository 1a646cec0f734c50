// Says before a number is taken that no slip would come out, or that it would come out elsewhere. Paper that only runs low is
// no visitor's business, and where all is well nothing is said.
import { text } from "/static/words.js";

export function paperNotice(main) {
  const notice = main.querySelector('[data-part="paperless"]');
  return {
    draw(paper) {
      const words = said(paper);
      if (notice.textContent !== words) notice.textContent = words;
      notice.hidden = !words;
    },
  };
}

function said(paper) {
  if (paper.instead) return text("paper_elsewhere", { printer: paper.instead });
  if (paper.can_print) return "";
  if (paper.status === "none") return text("paperless_always");
  return text(paper.status === "paper_out" ? "paperless_out" : "paperless");
}
