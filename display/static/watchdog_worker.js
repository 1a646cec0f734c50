// Counts how often it looked without the page having painted: looks, not seconds, for a player that slept has not been stuck.
const LOOK_MS = 2000;
const MOST_LOOKS = 10;
const FIRST_LOOKS = 30; // a page that is being loaded has more to do

let left = FIRST_LOOKS;
let hidden = false;

onmessage = ({ data }) => {
  hidden = data === "hidden";
  left = MOST_LOOKS;
};

setInterval(() => {
  if (hidden) return;
  left -= 1;
  if (left > 0) return;
  left = MOST_LOOKS;
  postMessage("stuck");
}, LOOK_MS);
