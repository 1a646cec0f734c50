// What things are called here: services as the page was given them, languages and classes of visitors.
import { text } from "./words.js";

const language = document.documentElement.lang;
const languageNames = new Intl.DisplayNames([language], { type: "language" });

export const services = JSON.parse(document.getElementById("names")?.textContent ?? "{}").services ?? {};

export const serviceName = (slug) => services[slug]?.name ?? slug;

export const languageName = (code) => languageNames.of(code);

// A branch names its classes itself, in small letters; the usual ones are known by their words.
export function className(name) {
  const known = text(`class_${name}`);
  return known === `class_${name}` ? name.replaceAll("_", " ") : known;
}
