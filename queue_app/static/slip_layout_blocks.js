// The list of blocks: what stands on the paper, in its order, each with its own choices. Moved by buttons, or with Alt and an arrow.
import { text } from "./words.js";

const USUAL = { size: "normal", align: "center", bold: false, caption: true, width_mm: 40, mm: 4 };
const LIMITS = { mm: [0, 50], width_mm: [5, 72] };

export function makeBlocks(root, facts, changed) {
  const list = root.querySelector('[data-part="blocks"]');
  const template = document.getElementById("block-row");
  const wrongBelow = root.querySelector('[data-part="layout-wrong"]');
  const told = root.querySelector('[data-part="told"]');
  const add = root.querySelector('[data-part="add"]');
  const rows = () => [...list.children];
  let made = 0; // rows so far, for their ids
  const nameOf = (row) => facts.blocks[row.dataset.block].name;
  const option = (row, name) => row.querySelector(`[data-option="${name}"]`);

  function make(block) {
    const row = template.content.firstElementChild.cloneNode(true);
    const { name, meaning, options } = facts.blocks[block.block];
    row.dataset.block = block.block;
    const title = row.querySelector('[data-part="name"]');
    title.textContent = name;
    title.id = `block-${made += 1}`;
    for (const control of row.querySelectorAll("select, input, textarea")) control.setAttribute("aria-describedby", title.id);
    row.querySelector('[data-part="meaning"]').textContent = meaning;
    for (const element of row.querySelectorAll("[data-option]")) {
      const one = element.dataset.option;
      if (!options.includes(one)) {
        element.remove();
        continue;
      }
      if (one === "size" || one === "align") element.querySelector("span").textContent = text(`${one}_of`, { block: name });
      put(element, one, block[one]);
    }
    for (const button of row.querySelectorAll("[data-step]")) button.ariaLabel = button.title = text(button.dataset.step, { block: name });
    return row;
  }

  function put(element, name, value) {
    if (name === "texts") {
      for (const area of element.querySelectorAll("textarea")) area.value = value?.[area.dataset.language] ?? "";
      return;
    }
    const control = element.querySelector("select, input");
    if (control.type === "checkbox") control.checked = value ?? USUAL[name];
    else control.value = value ?? USUAL[name];
  }

  // Only what is not the usual is written down, so that a layout stays short and says what somebody chose.
  function read(row) {
    const block = { block: row.dataset.block };
    for (const name of facts.blocks[row.dataset.block].options) {
      const element = option(row, name);
      if (name === "texts") {
        const filled = [...element.querySelectorAll("textarea")].filter((area) => area.value.trim());
        block.texts = Object.fromEntries(filled.map((area) => [area.dataset.language, area.value.trim()]));
        continue;
      }
      const control = element.querySelector("select, input");
      const value = control.type === "checkbox" ? control.checked : control.type === "number" ? control.valueAsNumber : control.value;
      if (value !== USUAL[name] || name === "mm") block[name] = value;
    }
    return block;
  }

  function wrongWith(row) {
    for (const [name, [low, high]] of Object.entries(LIMITS)) {
      const number = option(row, name)?.querySelector("input").valueAsNumber;
      if (number !== undefined && !(number >= low && number <= high)) return text("need_number", { low, high });
    }
    if (row.dataset.block === "text" && !Object.keys(read(row).texts).length) return text("need_texts");
    return "";
  }

  function mark(row, words) {
    const wrong = row.querySelector('[data-part="wrong"]');
    wrong.textContent = words;
    wrong.hidden = !words;
    row.dataset.wrong = words ? "yes" : "no";
  }

  // Whether the layout could be kept; asked for aloud, the first place that is wrong gets the focus.
  function check(aloud = false) {
    let first = null;
    for (const row of rows()) {
      const words = wrongWith(row);
      mark(row, words);
      if (words) first ??= row;
    }
    const label = rows().some((row) => row.dataset.block === "label");
    wrongBelow.textContent = label ? "" : text("need_label");
    if (aloud && first) focusIn(first);
    else if (aloud && !label) add.elements.kind.focus();
    return !first && label;
  }

  const focusIn = (row) => (row.querySelector("textarea") ?? row.querySelector("select, input, button")).focus();

  function drawChoices() {
    const there = rows().map((row) => row.dataset.block);
    const free = Object.entries(facts.blocks).filter(([kind, { once }]) => !once || !there.includes(kind));
    const select = add.elements.kind;
    const before = select.value;
    select.replaceChildren(...free.map(([kind, { name }]) => new Option(name, kind)));
    if (free.some(([kind]) => kind === before)) select.value = before;
    add.querySelector("button").disabled = there.length >= facts.max_blocks;
    const all = rows();
    all.forEach((row, place) => {
      row.querySelector('[data-step="up"]').disabled = place === 0;
      row.querySelector('[data-step="down"]').disabled = place === all.length - 1;
    });
  }

  function move(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    // The neighbour is moved, not the row itself: so the focus never leaves it.
    if (step < 0) row.after(other);
    else row.before(other);
    drawChoices();
    if (focused.disabled || document.activeElement === document.body) row.querySelector("[data-step]:not(:disabled)").focus();
    row.scrollIntoView({ block: "nearest" });
    told.textContent = text("moved", { block: nameOf(row), place: rows().indexOf(row) + 1, total: rows().length });
    changed();
  }

  function remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    told.textContent = text("removed", { block: nameOf(row) });
    row.remove();
    drawChoices();
    (next?.querySelector('[data-step="remove"]') ?? add.elements.kind).focus();
    changed();
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const row = button.closest(".block");
    if (button.dataset.step === "remove") remove(row);
    else move(row, button.dataset.step === "up" ? -1 : 1);
  });
  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(event.target.closest(".block"), event.key === "ArrowUp" ? -1 : 1);
  });
  list.addEventListener("input", changed);
  add.addEventListener("submit", (event) => {
    event.preventDefault();
    const row = make({ block: add.elements.kind.value });
    list.append(row);
    drawChoices();
    focusIn(row);
    told.textContent = text("added", { block: nameOf(row) });
    changed();
  });

  return {
    check,
    value: () => rows().map(read),
    set(layout) {
      list.replaceChildren(...layout.map(make));
      drawChoices();
      check();
    },
    // place: layout/3/size, or only layout where the whole of it is meant. words: why it is refused.
    show(place, words) {
      const row = rows()[Number(place.split("/")[1] ?? NaN)];
      if (!row) {
        wrongBelow.textContent = words;
        return true;
      }
      mark(row, words);
      focusIn(row);
      return true;
    },
  };
}
