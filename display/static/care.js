// Care for the device: everything moves a little, very slowly, so that nothing burns in; and it is dark while the branch is closed.
import { call as ask } from "/static/api.js";

const STEP_MS = 60000;
const STEPS = 90; // once round in an hour and a half
const FARTHEST = 0.45; // % of the shorter side: less than the page's margin, so nothing is ever cut off
const LOOK_MS = 10000;
const ASK_AGAIN_MS = 60000;
const LEAST_LIGHT = 62; // % of white: grey letters on black, still 7 : 1

// hours: {now, is_open, closes_at, opens_at} of the branch, as the page was told.
export function startCare(root, { care }, hours) {
  if (care.shift) startShift(root);
  if (care.dim) startDim(root, care.dim, hours);
}

function startShift(root) {
  let step = 0;
  const move = () => {
    const angle = (step++ / STEPS) * 2 * Math.PI;
    const [x, y] = [Math.sin(angle), Math.cos(angle)].map((share) => (share * FARTHEST).toFixed(3));
    // A step is about a pixel: nobody sees it, and no animation keeps the processor busy.
    root.style.transform = `translate(${x}vmin, ${y}vmin)`;
  };
  move();
  setInterval(move, STEP_MS);
}

function startDim(root, percent, told) {
  const light = Math.max(LEAST_LIGHT, 100 - percent);
  document.documentElement.style.setProperty("--dim-light", `${light}%`);
  document.documentElement.style.setProperty("--dim-media", `${100 - percent}%`);
  let hours = told;
  let ahead = Date.parse(hours.now) - Date.now();
  let asked = 0;

  // Open or closed by the last word of the server; past its next turn the server is asked anew.
  async function refresh() {
    if (Date.now() - asked < ASK_AGAIN_MS) return;
    asked = Date.now();
    const branch = await ask("GET", `/branches/${root.dataset.branch}`).catch(() => null);
    if (!branch) return;
    hours = { is_open: branch.open, opens_at: branch.opens_at, closes_at: branch.closes_at };
    ahead = Date.parse(branch.server_time) - Date.now();
    look();
  }

  function isOpen() {
    const turn = Date.parse(hours.is_open ? hours.closes_at : hours.opens_at);
    if (!(Date.now() + ahead >= turn)) return hours.is_open;
    refresh();
    return !hours.is_open;
  }

  // Whoever still works after hours, and whoever waits for them, has a bright screen.
  function look() {
    const working = (root.board?.counters ?? []).some(({ state }) => state !== "closed");
    document.documentElement.toggleAttribute("data-dim", !isOpen() && !working);
  }

  new MutationObserver(look).observe(root, { attributes: true, attributeFilter: ["data-revision"] });
  setInterval(look, LOOK_MS);
  look();
}
