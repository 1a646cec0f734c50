// The page of the screens: how every lobby screen, kiosk and panel stands, and what a manager may do about it.
import { call } from "./api.js";
import { markField } from "./form_marks.js";
import { follow } from "./live.js";
import { text } from "./words.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { makePairing } from "./screens_pairing.js";
import { makePanels } from "./screens_panels.js";
import { makeRows } from "./screens_rows.js";
import { makeSay } from "./supervise_say.js";

const REFRESH_MS = 2000; // at most one look in so long, however much happens
const POLL_MS = 5000; // how a screen stands changes without an event

export default function screens(root) {
  const path = `/branches/${root.dataset.branch}`;
  const names = JSON.parse(document.getElementById("names").textContent);
  const state = { screens: [], kiosks: [], unnamed: [], panels: [], ahead: 0, serverNow: () => Date.now() + state.ahead };
  const dialog = (name) => makeDialog(root.querySelector(`[data-dialog="${name}"]`));
  const { say, refused, failed, succeeded } = makeSay(root);
  const sure = dialog("sure");
  const naming = dialog("rename");

  async function done(words, named) {
    await refresh().catch(() => {});
    say(words);
    if (named) [...root.querySelectorAll(".device h3")].find((title) => title.textContent === named)?.focus();
  }

  const drawRows = makeRows(root, state, names);
  const panels = makePanels(root, { state, names, path, dialog, done, refused });
  const pair = makePairing(dialog("pair"), { path, state, done });

  const acts = {
    replace: (device) => pair(device),
    rename(device) {
      const { name } = naming.fields;
      name.value = device.name;
      markField(name, "");
      naming.open(text("rename_title", { device: device.name }), async () => {
        if (!name.value.trim()) {
          markField(name, text("need_value"));
          name.focus();
          return false;
        }
        const wish = name.value.trim();
        await call("PATCH", `${path}/${device.is}s/${device.id}`, { name: wish });
        naming.close();
        await done(text("done_rename", { device: wish }), wish);
        return true;
      });
      name.select();
    },
    async reload(device, button) {
      if (button.ariaBusy === "true") return;
      button.ariaBusy = "true";
      try {
        await call("POST", `${path}/screens/${device.id}/reload`, {});
        say(text("done_reload", { device: device.name }));
      } catch (error) {
        refused(error);
      } finally {
        button.ariaBusy = null;
      }
    },
    revoke: (device) => askSure(sure, {
      title: text("revoke_title", { device: device.name }), words: text("revoke_words"), yes: text("revoke"),
      go: () => call("POST", `${path}/${device.is}s/${device.id}/revoke`, {}),
      done: () => done(text("done_revoke", { device: device.name }), device.name),
    }),
    remove: (device) => askSure(sure, {
      title: text("remove_title", { device: device.name }), words: text(`remove_words_${device.is}`), yes: text("remove"),
      go: () => call("DELETE", `${path}/${device.is}s/${device.id}`),
      done: async () => {
        await done(text("done_remove", { device: device.name }));
        root.querySelector("#screens-title").focus();
      },
    }),
  };

  function deviceOf(row) {
    for (const kind of ["screen", "kiosk", "panel"]) {
      const found = state[`${kind}s`].find((one) => String(one.id) === row?.dataset[kind]);
      if (found) return { ...found, is: kind };
    }
    return null;
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    for (const open of root.querySelectorAll(".more[open]")) {
      if (open.contains(event.target) && !button) continue;
      open.open = false;
      // A dialog gives the focus back to where it was: that must not be a button which is no longer to be seen.
      if (open.contains(button)) open.querySelector("summary").focus();
    }
    if (!button) return;
    if (button.dataset.do === "pair") return void pair();
    if (button.dataset.do === "add-panel") return void panels.add();
    const device = deviceOf(button.closest(".device"));
    if (device) (panels.acts[button.dataset.do] ?? acts[button.dataset.do])(device, button);
  });
  root.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest(".more[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // The newest look wins: an answer that was overtaken on its way is dropped, and whoever waits for it waits for the newer one.
  let looks = 0;
  let lookedAt = 0;
  let looking = null;
  function refresh() {
    lookedAt = Date.now();
    looking = look(++looks);
    return looking;
  }

  async function look(number) {
    const found = await call("GET", `${path}/devices`);
    if (number !== looks) return looking;
    Object.assign(state, found, { ahead: Date.parse(found.server_time) - Date.now() });
    drawRows();
    panels.draw();
    succeeded();
    root.dataset.view = "list";
    return null;
  }

  let timer = null;
  function refreshSoon() {
    timer ??= setTimeout(() => {
      timer = null;
      refresh().catch(failed);
    }, Math.max(0, lookedAt + REFRESH_MS - Date.now()));
  }

  follow({ channel: "desk", branch: root.dataset.branch }, {
    unordered: true,
    snapshot: refreshSoon,
    connected: refreshSoon,
    event: refreshSoon,
    async poll(since) {
      await refresh();
      return { revision: since, events: [] };
    },
    refused,
  });
  setInterval(() => { if (!document.hidden) refreshSoon(); }, POLL_MS);
  refresh().catch(refused);
}
