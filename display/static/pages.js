// What does not fit at once is shown page by page: no scrolling, no blinking. A pointer that rests on it holds the page.
const PAGE_MS = 8000;

export function makePages(room, turned) {
  let page = 0;
  let pages = 1;
  const timer = setInterval(() => {
    if (pages < 2 || room.matches(":hover")) return;
    page = (page + 1) % pages;
    turned();
  }, PAGE_MS);

  return {
    // Says how many pages there are, and returns which one it is now, from 0.
    of(number) {
      pages = number;
      page = Math.min(page, Math.max(0, pages - 1));
      return page;
    },
    go(to) { page = to; },
    stop() { clearInterval(timer); },
  };
}
