// The time of day in the branch's zone, by the server's clock: a kiosk's own is often wrong.
import { clock } from "/static/words.js";

export function clockIn(main) {
  const element = main.querySelector('[data-part="clock"]');
  let offset = 0;
  const draw = () => {
    const now = clock(new Date(Date.now() + offset));
    if (element.textContent !== now) element.textContent = now;
  };
  setInterval(draw, 1000);
  return {
    follow(serverTime) {
      offset = Date.parse(serverTime) - Date.now();
      draw();
    },
  };
}
