// A lobby screen or a kiosk that is not let in yet: shows the code, and goes on by itself once an administrator has entered it.
// What it was given outlives a reload, for the code may just be being typed.
import { ApiError, call } from "./api.js";
import { plural, text } from "./words.js";

const ASK_MS = 3000;
const LOOK_MS = 30000; // it may have been let in another way: by somebody who signed in, or since the branch lets in any device
const MOST_TRIES = 2; // a secret that lets in no longer is of no use

export default function pairing(main) {
  const { kind, now: then } = main.dataset;
  const part = (name) => main.querySelector(`[data-part="${name}"]`);
  const place = `pairing-${kind}`;
  const now = () => Number(then) + performance.now();
  let asked = JSON.parse(localStorage.getItem(place) ?? "null"); // {code, secret, expires_at, tries}

  function keep(wish) {
    asked = wish;
    if (wish) localStorage.setItem(place, JSON.stringify(wish));
    else localStorage.removeItem(place);
  }

  function draw() {
    const minutes = asked ? Math.ceil((Date.parse(asked.expires_at) - now()) / 60000) : 0;
    // A code that was entered is of no use any more, even while its secret is being tried.
    const groups = asked && !asked.tries && minutes > 0 ? asked.code.split(" ") : [];
    if (part("code").textContent !== groups.join("")) part("code").replaceChildren(...groups.map(group));
    part("how").hidden = !groups.length;
    part("valid").textContent = groups.length ? plural("code_valid", minutes) : text("code_soon");
  }

  // One step: a code where there is none, else whether it was entered. Returns after how many milliseconds the next one is due.
  async function step() {
    if (!asked) keep(await call("POST", "/pairings", { kind }));
    const { state, branch } = await call("POST", "/pairings/state", { secret: asked.secret });
    if (state === "paired" && (asked.tries ?? 0) < MOST_TRIES) return goOn(branch);
    if (state === "waiting") return ASK_MS;
    keep(null);
    return 0;
  }

  function goOn(branch) {
    keep({ ...asked, tries: (asked.tries ?? 0) + 1 });
    location.replace(`/${kind}/${branch}?token=${encodeURIComponent(asked.secret)}`);
    return LOOK_MS;
  }

  async function run() {
    let pause = ASK_MS;
    try {
      pause = await step();
    } catch (error) {
      // No network, or too many have asked: the code that is shown stays good.
      if (error instanceof ApiError) pause = Math.max(pause, (error.details.retry_after_seconds ?? 0) * 1000);
    }
    draw();
    setTimeout(run, pause);
  }

  async function look() {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer?.ok && location.pathname !== `/${kind}`) location.reload();
  }

  draw();
  run();
  setInterval(look, LOOK_MS);
}

function group(letters) {
  const element = document.createElement("span");
  element.textContent = letters;
  return element;
}
