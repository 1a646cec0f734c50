// How a device stands, in words and with a mark: the same on the page of the screens, at the desk and in the supervisor's view.
import { plural, text } from "./words.js";

const SIGNS = { ok: "well", behind: "care", muted: "care", never: "open" }; // every other word means that nobody can rely on it

export const signOf = (health) => SIGNS[health] ?? "stop";

export function lasting(since, now = Date.now()) {
  const minutes = Math.floor((now - Date.parse(since)) / 60000);
  if (minutes < 1) return text("lasting_moment");
  if (minutes < 120) return text("lasting_minutes", { minutes });
  if (minutes < 48 * 60) return text("lasting_hours", { hours: Math.floor(minutes / 60) });
  return plural("lasting_days", Math.floor(minutes / 1440));
}

// "Lobby 2: silent for 3 min"
export function troubleWords({ name, health, since }, now) {
  return since ? text(`trouble_${health}`, { screen: name, time: lasting(since, now) }) : text("trouble", { screen: name, health: text(`health_${health}`) });
}
