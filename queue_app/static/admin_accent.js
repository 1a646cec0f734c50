// The branch's colour, with how well it can be read: luminance and contrast as WCAG 2.2 defines them, as the server does.
import { text } from "./words.js";

const SHAPE = 3; // against the page
const WORDS = 4.5; // of the words on it

export function makeAccent(element, changed) {
  const [typed, picked] = ["typed", "picked"].map((name) => element.querySelector(`[data-part="${name}"]`));
  const told = element.querySelector('[data-part="contrast"]');

  function tell() {
    const colour = typed.value.trim().toLowerCase();
    const known = /^#[0-9a-f]{6}$/.test(colour);
    if (!known) {
      told.textContent = text("colour_form");
      told.dataset.good = "no";
      return;
    }
    picked.value = colour;
    const page = contrast(colour, "#ffffff");
    const words = Math.max(page, contrast(colour, "#000000"));
    const good = page >= SHAPE && words >= WORDS;
    told.dataset.good = good ? "yes" : "no";
    told.textContent = text(good ? "colour_good" : "colour_pale", { page: ratio(page), words: ratio(words) });
    const sample = document.querySelector('[data-part="sample"]');
    sample?.style.setProperty("--color-accent", colour);
    sample?.style.setProperty("--color-on-accent", contrast(colour, "#ffffff") >= contrast(colour, "#000000") ? "#ffffff" : "#000000");
  }

  typed.addEventListener("input", tell);
  picked.addEventListener("input", () => {
    typed.value = picked.value;
    tell();
    changed();
  });
  return {
    set(value) {
      typed.value = value;
      tell();
    },
    read: () => typed.value.trim().toLowerCase(),
  };
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(Math.floor(value * 10) / 10);
}
