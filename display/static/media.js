// Pictures and videos beside the calls, one after the other. What cannot be shown is left out; with nothing left the calls have the room.
import { facts } from "./facts.js";
import { make } from "./elements.js";

const ASK_MS = 60000; // how often the folder is looked at
const STUCK_MS = 15000; // a video that does not move on for so long is left

// changed(): the room for the calls has become another. The observer of its size is not enough: it looks once a picture, and sees
// nothing of media that went and came between two.
export function startMedia(root, layout, changed) {
  const room = root.querySelector('[data-part="media"]');
  const { folder, seconds, place } = layout.media;
  const broken = new Set();
  let files = folder && folder === facts.layout.media.folder ? facts.media.files : [];
  let next = 0;
  let showing = null; // {url, element}
  let running = false;
  let timer = null;
  let stopped = false;

  function show(on) {
    const before = root.dataset.media;
    room.hidden = !on;
    root.dataset.media = on ? place : "none";
    if (root.dataset.media !== before) changed();
  }

  function whenLater(milliseconds) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(step, milliseconds);
  }

  // One step of the round: the next file that can be shown takes the place of the one before.
  async function step() {
    running = true;
    clearTimeout(timer);
    const usable = files.filter(({ url }) => !broken.has(url));
    if (!usable.length) {
      running = false;
      leave();
      show(false);
      return;
    }
    const file = usable[next % usable.length];
    next = (next % usable.length) + 1;
    if (usable.length === 1 && showing?.url === file.url && file.kind === "image") return whenLater(seconds * 1000);
    try {
      await (file.kind === "video" ? playVideo(file) : showImage(file));
    } catch {
      broken.add(file.url); // until the folder changes
      whenLater(0);
    }
  }

  async function showImage({ url }) {
    const picture = make("img", "media-file");
    picture.alt = "";
    picture.src = url;
    await picture.decode();
    putUp(url, picture);
    whenLater(seconds * 1000);
  }

  async function playVideo({ url }) {
    const film = make("video", "media-file");
    Object.assign(film, { muted: true, playsInline: true, preload: "auto", src: url });
    film.setAttribute("aria-hidden", "true"); // without sound and without words
    const ready = new Promise((done, failed) => {
      film.addEventListener("playing", done, { once: true });
      film.addEventListener("error", failed, { once: true });
      setTimeout(failed, STUCK_MS);
    });
    room.append(film);
    try {
      await Promise.all([ready, film.play()]);
    } catch (error) {
      film.remove();
      throw error;
    }
    putUp(url, film);
    film.addEventListener("timeupdate", () => whenLater(STUCK_MS));
    film.addEventListener("ended", () => whenLater(0));
    whenLater(STUCK_MS);
  }

  function putUp(url, element) {
    if (stopped) return remove(element);
    show(true);
    const before = showing?.element;
    room.append(element);
    void element.offsetWidth; // it begins unseen, and so can fade in
    element.classList.add("up");
    showing = { url, element };
    if (before) {
      before.classList.remove("up");
      setTimeout(() => remove(before), 1000);
    }
  }

  function leave() {
    if (showing) remove(showing.element);
    showing = null;
  }

  async function look() {
    const answer = await fetch(`/display/${root.dataset.branch}/media/${folder}`).catch(() => null);
    if (stopped || !answer?.ok) return; // looked at again in a while; until then what is known is shown
    const found = (await answer.json()).files;
    if (JSON.stringify(found) === JSON.stringify(files)) return;
    files = found;
    broken.clear();
    if (!running) step();
  }

  const asking = folder ? setInterval(look, ASK_MS) : null;
  if (files.length) step();
  else show(false);
  if (folder && !files.length) look();
  return {
    stop() {
      stopped = true;
      clearInterval(asking);
      clearTimeout(timer);
      leave();
      show(false);
    },
  };
}

function remove(element) {
  if (element.tagName === "VIDEO") element.removeAttribute("src"); // lets go of what it holds
  element.remove();
}
