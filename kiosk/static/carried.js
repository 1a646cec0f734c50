// What goes along when the language is changed, in the address's hash: read once, then the address is clean for the next person.
const parts = new Set(location.hash.slice(1).split("&").filter(Boolean));
if (parts.size) history.replaceState(null, "", location.pathname + location.search);

export function carried(part) {
  return parts.has(part);
}

export function carriedGroup() {
  const found = [...parts].find((part) => part.startsWith("group-"));
  return found ? Number(found.slice(6)) : 0;
}
