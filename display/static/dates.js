// The day in the page's language: "středa 4. března".
const language = document.documentElement.lang;
const format = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: document.body.dataset.zone || undefined });

export function day(moment) {
  return format.format(moment);
}
