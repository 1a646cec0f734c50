// Moments as the printers page says them: the time of day, and the day where it is not today.
const zone = document.body.dataset.zone || undefined;
const format = (wish) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, ...wish });
const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = format({ day: "numeric", month: "numeric" });
const whole = format({ year: "numeric", month: "numeric", day: "numeric" });

export function moment(iso) {
  const then = new Date(iso);
  return whole.format(then) === whole.format(new Date()) ? time.format(then) : `${day.format(then)} ${time.format(then)}`;
}
