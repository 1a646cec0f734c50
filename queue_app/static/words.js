// Texts of the page, given by the server in <script type="application/json" id="texts">: plain ones as strings, plural ones
// as a list of gettext's forms. No sentence is glued from pieces here.
const language = document.documentElement.lang;
const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
const rules = new Intl.PluralRules(language);

// Which of gettext's forms a CLDR category is, for whole numbers.
const FORM = {
  cs: { one: 0, few: 1, other: 2 }, sk: { one: 0, few: 1, other: 2 }, pl: { one: 0, few: 1, many: 2, other: 2 },
  hu: { one: 0, other: 1 }, en: { one: 0, other: 1 },
};

export function text(key, values = {}) {
  return fill(texts[key] ?? key, values);
}

export function plural(key, number, values = {}) {
  const forms = texts[key] ?? [key];
  const form = FORM[language]?.[rules.select(number)] ?? forms.length - 1;
  return fill(forms[Math.min(form, forms.length - 1)], { number, ...values });
}

function fill(template, values) {
  return template.replace(/%\((\w+)\)[sd]|%%/g, (found, name) => (found === "%%" ? "%" : values[name] ?? ""));
}

const LONG_WAIT_MINUTES = 180; // beyond this a wait is said in hours

// A forecast in minutes, as a range; the same words as queue_app/i18n.py says on paper.
export function wait(forecast) {
  if (forecast.low_seconds === null || forecast.high_seconds === null) return text("wait_unknown");
  const low = Math.floor(forecast.low_seconds / 60);
  const high = Math.ceil(forecast.high_seconds / 60);
  if (high <= 1) return text("wait_moment");
  if (high > LONG_WAIT_MINUTES) {
    const hours = { low: Math.floor(low / 60), high: Math.ceil(high / 60) };
    if (hours.low === 0) return text("wait_up_to_hours", hours);
    return text(hours.low === hours.high ? "wait_about_hours" : "wait_hours", hours);
  }
  if (low === 0) return text("wait_up_to", { high });
  return low === high ? text("wait_about", { high }) : text("wait_range", { low, high });
}

export function ahead(number) {
  return number === 0 ? text("ahead_nobody") : plural("ahead", number);
}

const clockFormat = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined });

export function clock(moment) {
  return clockFormat.format(moment);
}

// "A017" as it is set: letters, a thin space, digits.
export function label(plain) {
  return plain.replace(/^(\D+)(?=\d)/, "$1\u2009");
}

// What a manager typed, by language, with a fallback.
export function pick(byLanguage) {
  return byLanguage[language] || byLanguage[document.body.dataset.fallback] || byLanguage.en || Object.values(byLanguage)[0] || "";
}
