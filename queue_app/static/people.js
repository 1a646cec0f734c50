// The page of people: who may sign in as what, and who is signed in where.
import { call } from "./api.js";
import { makePersonForm } from "./people_form.js";
import { makeOnce } from "./once_dialog.js";
import { askSure, makeDialog } from "./printers_dialogs.js";
import { moment } from "./printers_times.js";
import { fillSign, fillWhy, makeRow } from "./screens_rows.js";
import { keepRows, put } from "./supervise_rows.js";
import { makeSay } from "./supervise_say.js";
import { text } from "./words.js";

export default function people(root) {
  const branch = `/branches/${root.dataset.branch}`;
  const { say, refused } = makeSay(root);
  const dialog = (name) => root.querySelector(`[data-dialog="${name}"]`);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const sure = makeDialog(dialog("sure"));
  const showOnce = makeOnce(dialog("once"));
  const form = makePersonForm(dialog("person"), { path: `${branch}/people`, saved });
  const drawPeople = keepRows(part("people"), makeRow("person-row", "person"), fillPerson);
  const drawSignIns = keepRows(part("sign-ins"), makeRow("sign-in-row", "signIn"), fillSignIn);

  function fillPerson(row, person) {
    const roles = [...person.roles.map(form.roleWords), ...person.everywhere.map((role) => text("in_every_branch", { role: form.roleWords(role) }))];
    if (person.other_branches.length) roles.push(text("elsewhere", { branches: person.other_branches.join(", ") }));
    put(row.querySelector('[data-part="name"]'), person.name);
    put(row.querySelector('[data-part="what"]'), [person.username, ...roles].join(" · "));
    fillSign(row, person.active ? "well" : "stop", text(person.active ? "active" : "inactive"), "");
    const notes = [
      ...(person.active && !person.has_password && !person.other_system ? [text("no_password")] : []),
      ...(person.has_password && person.must_change_password ? [text("must_change")] : []),
      ...(person.second_factor ? [text("second_factor")] : []), ...(person.other_system ? [text("other_system")] : []),
    ];
    fillWhy(row, notes.join(" "));
    const shown = { change: person.active, password: person.active && person.yours_to_change, "second-factor": person.second_factor && person.yours_to_change,
      deactivate: person.active && person.yours_to_change, activate: !person.active && person.yours_to_change };
    for (const [name, is] of Object.entries(shown)) row.querySelector(`[data-do="${name}"]`).hidden = !is;
  }

  function fillSignIn(row, signIn) {
    const counters = signIn.counters.map(({ branch: slug, counter }) => text("at_counter", { counter: slug === root.dataset.branch ? counter : `${slug} ${counter}` }));
    put(row.querySelector('[data-part="name"]'), signIn.name);
    put(row.querySelector('[data-part="what"]'), [...counters, signIn.address, text(`way_${signIn.way}`), ...(signIn.mine ? [text("this_browser")] : [])].join(" · "));
    put(row.querySelector('[data-part="when"]'), text("seen", { since: moment(signIn.since), seen: moment(signIn.seen_at) }));
    row.querySelector("h3").title = signIn.browser;
  }

  async function look() {
    const all = part("everybody")?.checked ? "?all=yes" : "";
    const [{ people: found }, { sign_ins: signIns }] = await Promise.all([call("GET", `${branch}/people${all}`), call("GET", `${branch}/sign-ins`)]);
    drawPeople(found, ({ id }) => id);
    drawSignIns(signIns, ({ id }) => id);
    part("no-sign-ins").hidden = signIns.length > 0;
    root.dataset.view = "list";
  }

  const toList = () => root.querySelector("#people-title").focus();

  async function done(words) {
    await look();
    say(words);
    toList();
  }

  // A new person has a password that is shown this once; after a change there is none.
  async function saved(person, password) {
    await look();
    if (password) return once(person, password);
    say(text("done_change", person));
    return toList();
  }

  function once(person, password) {
    showOnce({ title: text("password_title", person), words: text("password_words"), label: text("password"), secret: password, done: toList });
  }

  function makeSure(what, person, go) {
    askSure(sure, { title: text(`${what}_title`, person), words: text(`${what}_words`), yes: text(`${what}_yes`), go, done: () => done(text(`done_${what}`, person)) });
  }

  const acts = {
    add: () => form.add(),
    change: (person) => form.change(person),
    password(person) {
      let given = "";
      askSure(sure, {
        title: text("give_title", person), words: text("give_words"), yes: text("give_yes"),
        go: async () => { given = (await call("POST", `${branch}/people/${person.id}/password`, {})).password; },
        done: async () => { await look(); once(person, given); },
      });
    },
    "second-factor": (person) => makeSure("reset", person, () => call("DELETE", `${branch}/people/${person.id}/second-factor`)),
    deactivate: (person) => makeSure("deactivate", person, () => call("PATCH", `${branch}/people/${person.id}`, { active: false })),
    async activate(person) {
      await call("PATCH", `${branch}/people/${person.id}`, { active: true });
      await done(text("done_activate", person));
    },
    end: (signIn) => makeSure("end", signIn, () => call("DELETE", signIn.mine ? `/account/sign-ins/${signIn.id}` : `${branch}/sign-ins/${signIn.id}`)),
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) Promise.resolve(acts[button.dataset.do](button.closest(".device")?.thing)).catch(refused);
  });
  part("everybody")?.addEventListener("change", () => look().catch(refused));
  look().catch(refused);
}
