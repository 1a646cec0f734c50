// One touch, one number: the same request_id is sent until there is an answer, so a lost answer never makes a second ticket.
import { ApiError, call, requestId } from "/static/api.js";

const TRIES = 3;
const PAUSE_MS = [600, 1400];

export async function takeNumber(branch, wish) {
  const body = { ...wish, language: document.documentElement.lang, channel: "kiosk", request_id: requestId() };
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call("POST", `/branches/${branch}/tickets`, body);
    } catch (error) {
      if (isSessionOver(error) && !renewed) {
        renewed = true;
        await renewSession();
      } else if (attempt >= TRIES || !mayPass(error)) {
        throw error;
      } else {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS[attempt - 1]));
      }
    }
  }
}

// No answer at all, a server that is not ready, two that wanted the same number: each may be over in a moment.
function mayPass(error) {
  return !(error instanceof ApiError) || error.status >= 500 || error.code === "conflict";
}

function isSessionOver(error) {
  return error instanceof ApiError && (error.status === 401 || error.code === "csrf_failed");
}

// A kiosk that ran through the night has lost its session; its own page begins a new one and says the new CSRF token.
async function renewSession() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (token) document.querySelector('meta[name="csrf-token"]').content = token;
}
