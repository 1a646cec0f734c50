// The two ordered lists of a layout: in which languages a call is spoken, and how loud from which time of the day on.
import { controlOf, makeList, place } from "./supervise_list.js";

const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
const tongue = (code) => new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(code);

// Those that are spoken come first and in their order; the others follow, to be ticked.
export function makeLanguages(root, all, changed) {
  const list = makeList(root.querySelector('[data-part="languages"]'), "language-row", { nameOf: (row) => tongue(row.dataset.language), changed });
  return {
    read: () => list.rows().filter((row) => controlOf(row, "on").checked).map((row) => row.dataset.language),
    set(chosen) {
      list.empty();
      for (const code of [...chosen, ...all.filter((each) => !chosen.includes(each))]) {
        const row = list.add();
        row.dataset.language = code;
        controlOf(row, "on").checked = chosen.includes(code);
        controlOf(row, "name").textContent = tongue(code);
      }
      list.label();
    },
  };
}

export function makeVolume(root, most, changed) {
  const list = makeList(root.querySelector('[data-part="volume"]'), "volume-row", { nameOf: (row) => controlOf(row, "from").value, changed: () => { settle(); changed(); } });
  const add = root.querySelector('[data-do="add-volume"]');

  function tell(row) {
    controlOf(row, "told").textContent = share.format(controlOf(row, "percent").value / 100);
  }

  function make({ from, percent }) {
    const row = list.add();
    controlOf(row, "from").value = from;
    controlOf(row, "percent").value = percent;
    tell(row);
    return row;
  }

  // Places are named as the server will name them: it sees the rows by their time.
  const sorted = () => list.rows().toSorted((one, other) => controlOf(one, "from").value.localeCompare(controlOf(other, "from").value));

  function settle() {
    sorted().forEach((row, index) => {
      for (const is of ["from", "percent"]) place(row, is, `sound.volume[${index}].${is}`);
    });
    const rows = list.rows();
    for (const row of rows) row.querySelector('[data-step="remove"]').hidden = rows.length === 1;
    add.disabled = rows.length >= most;
    list.label();
  }

  root.querySelector('[data-part="volume"]').addEventListener("input", (event) => {
    tell(event.target.closest("li"));
    settle();
  });
  add.addEventListener("click", () => {
    const last = list.rows().at(-1);
    const row = make({ from: "", percent: controlOf(last, "percent").value });
    settle();
    controlOf(row, "from").focus();
    changed();
  });
  return {
    read: () => sorted().map((row) => ({ from: controlOf(row, "from").value, percent: Number(controlOf(row, "percent").value) })),
    set(volume) {
      list.empty();
      volume.forEach(make);
      settle();
    },
  };
}
