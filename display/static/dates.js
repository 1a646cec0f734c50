// The day in the page's language: "středa 4. března".
const language = document.documentElement.lang;

export function day(moment) {
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: document.body.dataset.zone || undefined }).format(moment);
}
