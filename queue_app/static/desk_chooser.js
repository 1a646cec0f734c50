// The counters to sit down at: free ones to take, others with the name of who is there; who supervises may take one over.
import { ApiError, call } from "./api.js";
import { text } from "./words.js";

const AGAIN_MS = 3000;

export function makeChooser(root, branch, { status, ask, sit }) {
  const list = root.querySelector('[data-part="counters"]');
  const me = root.dataset.clerk;
  const profile = root.querySelector('[data-part="profile-choice"]');
  const supervises = root.dataset.supervises === "yes";
  const title = document.title;
  let wanted = null;
  let loads = 0; // an answer that was overtaken by a newer question, or by somebody sitting down, is dropped
  let opening = false;

  async function load() {
    if (opening) return;
    const number = ++loads;
    try {
      const { counters } = await call("GET", `/branches/${branch}/counters`);
      if (number !== loads) return;
      // Back to the counter from before a reload, as long as nobody has closed it meanwhile.
      const mine = counters.find((counter) => String(counter.id) === wanted && counter.state !== "closed" && counter.clerk === me);
      wanted = null;
      if (mine) return open(mine);
      root.dataset.view = "choose";
      root.querySelector('[data-part="counter"]').textContent = title;
      draw(counters);
    } catch (error) {
      if (number !== loads) return;
      if (error instanceof ApiError) return status.refused(error);
      status.error(text("not_loaded"));
      setTimeout(() => number === loads && load(), AGAIN_MS);
    }
  }

  function draw(counters) {
    const focused = document.activeElement?.dataset?.open;
    list.replaceChildren(...counters.map(item));
    if (focused) list.querySelector(`[data-open="${focused}"]`)?.focus();
    else if (document.activeElement === document.body) (list.querySelector('[data-state="closed"] button') ?? list.querySelector("button:not([hidden])"))?.focus();
  }

  function item(counter) {
    const element = document.createElement("li");
    const taken = counter.state !== "closed" && counter.clerk !== me;
    element.innerHTML = '<h3></h3><p></p><button class="button" type="button"></button>';
    element.dataset.state = counter.state;
    const [heading, who, button] = element.children;
    heading.textContent = text("counter_of", { counter: counter.name });
    who.textContent = counter.state === "closed" ? text("counter_free") : text("taken_by", { clerk: counter.clerk });
    button.textContent = text(taken ? "take_over" : counter.state === "closed" ? "sit_down" : "go_on");
    button.setAttribute("aria-label", text("button_at_counter", { button: button.textContent, counter: counter.name }));
    button.dataset.open = counter.id;
    button.hidden = taken && !supervises;
    button.addEventListener("click", () => (taken ? takeOver(counter) : open(counter)));
    return element;
  }

  async function takeOver(counter) {
    const options = [{ value: "yes", words: text("take_over") }, { value: "no", words: text("take_over_not") }];
    const title = text("ask_take_over", { counter: counter.name, clerk: counter.clerk });
    if (await ask({ title, hint: text("take_over_hint", { clerk: counter.clerk }), options, careful: true }) === "yes") open(counter, { take_over: true });
  }

  async function open(counter, wish = {}) {
    for (const button of list.querySelectorAll("button")) button.disabled = true;
    loads += 1;
    opening = true;
    try {
      await call("POST", `/counters/${counter.id}/open`, { ...(profile?.value && { profile: profile.value }), ...wish });
      opening = false;
      status.clear();
      sit(counter);
    } catch (error) {
      opening = false;
      await load();
      if (error instanceof ApiError) status.refused(error);
      else status.error(text("no_answer"));
    }
  }

  return {
    load,
    title,
    resume(counterId) {
      wanted = counterId;
      load();
    },
  };
}
