// The kiosk's menu as a tree: services and groups, moved by buttons; what is in no group stands at the end of the top level.
import { pick, text } from "./words.js";

const DEEPEST = 3;

export function makeMenu(element, changed) {
  const tree = element.querySelector('[data-part="tree"]');
  const add = element.querySelector('[data-part="add-group"]');
  const languages = JSON.parse(element.dataset.languages);
  let items = [];
  let names = {};

  // Every service stands in the tree once; those that the document leaves out stand at the end.
  function whole(menu, services) {
    const placed = new Set();
    const known = (list) => list.flatMap((item) => {
      if (!("service" in item)) return [{ name: { ...item.name }, items: known(item.items) }];
      if (!(item.service in names) || placed.has(item.service)) return [];
      placed.add(item.service);
      return [{ service: item.service }];
    });
    const found = known(menu);
    return [...found, ...services.filter(({ slug }) => !placed.has(slug)).map(({ slug }) => ({ service: slug }))];
  }

  function draw(focused, what) {
    tree.replaceChildren(...items.map((item, place) => node(item, items, place, [])));
    if (focused) {
      const row = tree.querySelector(`[data-key="${keyOf(focused)}"]`);
      (row?.querySelector(`:scope > .menu-row [data-do="${what}"]:not(:disabled)`) ?? row?.querySelector("button:not(:disabled), input"))?.focus();
    }
  }

  const keys = new WeakMap();
  let made = 0;
  function keyOf(item) {
    if (!keys.has(item)) keys.set(item, ++made);
    return keys.get(item);
  }

  // above: the groups that the list is in, outermost first, each with the list it stands in.
  function node(item, list, place, above) {
    const row = document.createElement("li");
    row.dataset.key = keyOf(item);
    const line = Object.assign(document.createElement("div"), { className: "menu-row" });
    line.append(item.service ? serviceName(item) : groupNames(item), steps(item, list, place, above));
    row.append(line);
    if (item.items) {
      const inner = document.createElement("ul");
      inner.append(...item.items.map((each, number) => node(each, item.items, number, [...above, { group: item, list }])));
      if (!item.items.length) inner.append(Object.assign(document.createElement("li"), { className: "soft menu-empty", textContent: text("menu_empty") }));
      row.append(inner);
    }
    return row;
  }

  function serviceName(item) {
    const words = Object.assign(document.createElement("span"), { className: "menu-name", textContent: pick(names[item.service]) || item.service });
    words.dataset.service = item.service;
    return words;
  }

  function groupNames(item) {
    const box = Object.assign(document.createElement("div"), { className: "menu-names" });
    for (const [code, words] of languages) {
      const input = Object.assign(document.createElement("input"), { value: item.name[code] ?? "", maxLength: 80, autocomplete: "off", lang: code, placeholder: words });
      input.setAttribute("aria-label", text("menu_group_name", { language: words }));
      input.addEventListener("input", () => {
        if (input.value.trim()) item.name[code] = input.value.trim();
        else delete item.name[code];
      });
      box.append(input);
    }
    return box;
  }

  function steps(item, list, place, above) {
    const before = list[place - 1];
    const box = Object.assign(document.createElement("span"), { className: "steps" });
    const title = item.service ? pick(names[item.service]) : pick(item.name) || text("menu_group");
    const acts = [
      ["up", "↑", place > 0, () => list.splice(place - 1, 0, ...list.splice(place, 1))],
      ["down", "↓", place + 1 < list.length, () => list.splice(place + 1, 0, ...list.splice(place, 1))],
      ["in", "→", Boolean(before?.items) && above.length + depth(item) < DEEPEST, () => before.items.push(...list.splice(place, 1))],
      ["out", "←", above.length > 0, () => {
        const { group, list: outer } = above.at(-1);
        outer.splice(outer.indexOf(group) + 1, 0, ...list.splice(place, 1));
      }],
    ];
    if (item.items) acts.push(["away", "×", true, () => list.splice(place, 1, ...item.items)]);
    for (const [name, sign, can, act] of acts) {
      const press = Object.assign(document.createElement("button"), { type: "button", className: "step", textContent: sign, disabled: !can });
      press.dataset.do = name;
      press.setAttribute("aria-label", text(`menu_${name}`, { what: title }));
      press.addEventListener("click", () => {
        act();
        draw(name === "away" ? items[0] : item, name);
        changed();
      });
      box.append(press);
    }
    return box;
  }

  add.addEventListener("click", () => {
    const group = { name: {}, items: [] };
    items.unshift(group);
    draw();
    tree.querySelector("input").focus();
    changed();
  });
  return {
    set(menu, document) {
      names = Object.fromEntries((document?.services ?? []).map(({ slug, name }) => [slug, name]));
      items = whole(menu ?? [], document?.services ?? []);
      draw();
    },
    // Without groups there is nothing to say: the services stand in their own order.
    read() {
      return items.some((item) => item.items) ? structuredClone(items) : items.map(({ service }) => ({ service }));
    },
  };
}

function depth(item) {
  return item.items ? 1 + Math.max(0, ...item.items.map(depth)) : 0;
}
