// The time of day in the branch's zone, by the server's clock: a kiosk's own is often wrong.
import { clock } from "/static/words.js";
import { follow, now } from "./when.js";

export function clockIn(main) {
  const element = main.querySelector('[data-part="clock"]');
  const draw = () => {
    const words = clock(now());
    if (element.textContent !== words) element.textContent = words;
  };
  setInterval(draw, 1000);
  return {
    follow(serverTime) {
      follow(serverTime);
      draw();
    },
  };
}
