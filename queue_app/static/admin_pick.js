// One of the names that stand elsewhere in the configuration (data-of="profiles"), or nothing.
export function makePick(element, changed) {
  const select = element.querySelector("select");
  const none = select.options[0];
  select.addEventListener("change", changed);
  return {
    set(value, whole) {
      const names = whole?.[element.dataset.of] ?? [];
      select.replaceChildren(none, ...names.map(({ name }) => new Option(name, name)));
      select.value = value ?? "";
    },
    read: () => select.value || null,
  };
}
