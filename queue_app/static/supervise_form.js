// One form of rules: what it means as it stands, saving it, what that changed, and what the server says against it.
import { ApiError } from "./api.js";
import { makeMarks } from "./form_marks.js";
import { text } from "./words.js";

let made = 0; // for ids that nothing else has

// read: the form as the API takes it. means: the sentences of that. save: sends it, and returns how it is kept now.
export function makeForm(form, { read, means, save, signedOut }) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const meaning = form.querySelector(".means");
  const marks = makeMarks(form);
  let kept = null; // as the server has it

  meaning.querySelector("h2, h3").id = `means-${++made}`;
  meaning.setAttribute("aria-labelledby", `means-${made}`);

  const isDirty = () => kept !== null && JSON.stringify(read()) !== JSON.stringify(kept);

  function changed() {
    if (kept === null) return;
    part("means").replaceChildren(...means(read()).map(item));
    part("state").textContent = text(isDirty() ? "unsaved" : "as_saved");
    form.dataset.dirty = isDirty() ? "yes" : "no";
  }

  function clear() {
    marks.clear();
    part("problem").textContent = "";
    part("done").replaceChildren();
  }

  function refused(error) {
    if (error?.code === "not_signed_in") signedOut(() => { kept = null; });
    else if (!marks.show(error)) part("problem").textContent = error instanceof ApiError ? error.message : text("no_answer");
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    clear();
    if (!isDirty()) {
      part("done").textContent = text("nothing_changed");
      return;
    }
    form.ariaBusy = "true";
    const before = means(kept);
    try {
      kept = await save(read(), kept);
      const now = means(kept);
      tell(now.filter((words) => !before.includes(words)), before.filter((words) => !now.includes(words)));
      changed();
    } catch (error) {
      refused(error);
    } finally {
      form.ariaBusy = null;
    }
  });

  function tell(news, gone) {
    const lists = [[text("saved"), news], [text("no_longer"), gone]].filter(([, words], place) => place === 0 || words.length);
    part("done").replaceChildren(...lists.flatMap(([heading, words]) => {
      const title = Object.assign(document.createElement("p"), { textContent: heading });
      const list = document.createElement("ul");
      list.append(...words.map(item));
      return [title, list];
    }));
    part("done").scrollIntoView({ block: "nearest" });
  }

  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
  return {
    changed,
    // Takes what the controls show now for what the server has.
    settle() {
      kept = read();
      changed();
    },
  };
}

function item(words) {
  return Object.assign(document.createElement("li"), { textContent: words });
}
