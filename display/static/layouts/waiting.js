// Who waits for what, and about how long still; the newest call beside it.
import { plural, text, wait } from "/static/words.js";
import { make } from "../elements.js";
import { makePages } from "../pages.js";
import { makeStage } from "./stage.js";

const ASK_MS = 30000; // how often the waits are asked for
const SOON_MS = 4000; // and how soon after the line has changed
const ROW_EM = 2.95; // a service's two lines, with their gap
const LARGEST = 6.4; // % of the height

// waits: () -> a promise of the services as the branch's view has them: {id, state, forecast}.
export function makeWaiting(room, layout, { services, waits }) {
  const stage = makeStage(layout);
  const list = make("ul", "services");
  const around = make("section", "services-room", list);
  around.setAttribute("aria-label", text("waiting_by_service"));
  room.replaceChildren(stage.element, around);
  const pages = makePages(around, () => fit());
  const rows = new Map();
  let told = {}; // service -> {state, forecast}
  let board = null;
  let soon = null;

  for (const { slug, letter, name } of services) {
    const says = make("p", "service-says");
    const row = make("li", "service", make("p", "service-name", make("b", "service-letter", letter), make("span", "", name)), says);
    rows.set(slug, { row, says });
  }

  function drawServices() {
    const shown = [...rows].filter(([slug]) => slug in board.waiting);
    list.replaceChildren(...shown.map(([, { row }]) => row));
    for (const [slug, { row, says }] of shown) {
      const people = plural("people_waiting", board.waiting[slug]);
      const { state, forecast } = told[slug] ?? {};
      row.dataset.state = state ?? "open";
      if (state === "closed" && !board.waiting[slug]) says.textContent = text("service_closed");
      else says.replaceChildren(make("strong", "", people), ...(forecast ? [make("span", "", wait(forecast))] : []));
    }
  }

  async function ask() {
    clearTimeout(soon);
    soon = null;
    const answer = await waits().catch(() => null); // asked again in a while; until then what was known stands
    if (!answer) return;
    told = Object.fromEntries(answer.map((service) => [service.id, service]));
    if (board) { drawServices(); fit(); }
  }

  function fit(anyway) {
    stage.fit(anyway);
    const number = list.children.length;
    if (!number || !around.clientHeight) return;
    const percent = window.innerHeight / 100;
    const least = parseFloat(getComputedStyle(around).fontSize);
    const perPage = Math.max(1, Math.min(number, Math.floor(around.clientHeight / (ROW_EM * least))));
    const page = pages.of(Math.ceil(number / perPage));
    [...list.children].forEach((row, index) => { row.hidden = Math.floor(index / perPage) !== page; });
    const type = Math.min(around.clientHeight / (ROW_EM * perPage), LARGEST * percent, around.clientWidth / 13);
    list.style.setProperty("--row", `${Math.max(type, least).toFixed(2)}px`);
  }

  const timer = setInterval(ask, ASK_MS);
  ask();
  return {
    draw(state) {
      if (board && JSON.stringify(board.waiting) !== JSON.stringify(state.board.waiting)) soon ??= setTimeout(ask, SOON_MS);
      board = state.board;
      stage.draw(state);
      drawServices();
    },
    fit,
    calls: stage.calls,
    stop() { clearInterval(timer); clearTimeout(soon); pages.stop(); },
  };
}
