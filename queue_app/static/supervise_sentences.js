// What rules mean, in sentences: shown while they are edited, and what saving them changed is told by them.
import { pick, plural, text } from "./words.js";

export function rulesMean(rules) {
  return [
    rules.longest_wait_minutes === null ? text("no_longest") : text("longest", { minutes: rules.longest_wait_minutes }),
    text(rules.reserved_first ? "reserved_yes" : "reserved_no"),
    ...(rules.classes.length ? rules.classes.map(classMeans) : [text("no_classes")]),
    text(rules.own_language_first ? "language_yes" : "language_no"),
    rules.language_hold_minutes === 0 ? text("no_hold") : text("hold", { minutes: rules.language_hold_minutes }),
    text("late", { minutes: rules.late_minutes }),
  ];
}

function classMeans(each, place) {
  const key = each.handling === "strict" && place === 0 ? "class_strict_first" : `class_${each.handling}`;
  return text(key, { name: (each.name || text("new_class")).replaceAll("_", " "), every: each.every, minutes: each.minutes });
}

export function deskMeans(rules) {
  return [
    plural(rules.no_show_seconds === 0 ? "no_show" : "no_show_later", Number(rules.no_show_calls) || 0, { seconds: rules.no_show_seconds }),
    rules.most_recalls === null ? text("no_recalls") : plural("recalls", Number(rules.most_recalls) || 0),
    rules.wrap_up_seconds === 0 ? text("no_wrap_up") : text("wrap_up", { seconds: rules.wrap_up_seconds }),
    text(rules.auto_call ? "auto_yes" : "auto_no"),
    text(rules.outcome_required ? "outcome_yes" : "outcome_no"),
  ];
}

export function profileMeans({ services, manner }, nameOf) {
  if (!services.length) return [text("takes_nothing")];
  const names = services.map((entry) => nameOf(entry.service));
  const own = (key, field) => services.filter((entry) => entry[field]).map((entry) => text(key, { service: nameOf(entry.service), minutes: entry[field] }));
  const shares = services.map((entry) => `${nameOf(entry.service)} ${entry.weight}`);
  const total = services.reduce((sum, entry) => sum + (Number(entry.weight) || 0), 0);
  return [
    text("takes", { services: names.join(", ") }),
    text(`manner_${manner}`, { services: names.join(", "), total, shares: shares.join(", ") }),
    ...own("own_target", "target_minutes"),
    ...own("own_longest", "longest_wait_minutes"),
  ];
}

export function serviceMeans({ minutes, outcomes }) {
  const names = outcomes.map((outcome) => pick(outcome.name) || outcome.code || text("new_outcome"));
  return [
    minutes === null ? text("service_house") : text("service_longest", { minutes }),
    names.length ? text("ends_as", { outcomes: names.join(", ") }) : text("ends_plain"),
  ];
}

export function manyServices(number) {
  return plural("many_services", number);
}
