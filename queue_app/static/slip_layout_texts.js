// What else is said of each service, by language.
import { text } from "./words.js";

export function makeTexts(root, changed) {
  const services = [...root.querySelectorAll("[data-service]")];
  const areas = (service) => [...service.querySelectorAll("textarea")];

  // How many languages are filled in is said beside the name, so that nobody has to open each one to see.
  function count(service) {
    const all = areas(service);
    const filled = all.filter((area) => area.value.trim()).length;
    service.querySelector('[data-part="filled"]').textContent = filled ? `${filled}/${all.length}` : "";
  }

  for (const service of services) {
    service.addEventListener("input", () => {
      count(service);
      changed();
    });
  }
  return {
    set(texts) {
      for (const service of services) {
        for (const area of areas(service)) area.value = texts[service.dataset.service]?.[area.dataset.language] ?? "";
        count(service);
      }
    },
    value: () => Object.fromEntries(services.map((service) => [service.dataset.service,
      Object.fromEntries(areas(service).filter((area) => area.value.trim()).map((area) => [area.dataset.language, area.value.trim()]))])),
    show(place, words) {
      const [, slug, language] = place.split("/");
      const service = services.find((one) => one.dataset.service === slug);
      if (!service) return false;
      service.open = true;
      (service.querySelector(`[data-language="${CSS.escape(language ?? "")}"]`) ?? areas(service)[0]).focus();
      root.querySelector('[data-part="error"]').textContent = words;
      return true;
    },
  };
}
