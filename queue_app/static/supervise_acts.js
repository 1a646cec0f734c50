// What a supervisor changes while the branch works: the intake of a service, and the work profile of a counter.
import { call } from "./api.js";
import { text } from "./words.js";
import { askSure } from "./printers_dialogs.js";
import { intakeWords } from "./supervise_queues.js";

export function makeActs(sure, state, { path, say, refused, done }) {
  return {
    turnIntake(service) {
      const open = !service.intake_open;
      const name = state.nameOf(service.id);
      askSure(sure, {
        title: text(open ? "open_title" : "close_title", { service: name }), words: intakeWords(service), yes: text(open ? "open_intake" : "close_intake"),
        go: () => call("POST", `${path}/services/${service.id}/intake`, { open }),
        done: () => done(text(open ? "done_open" : "done_close", { service: name })),
      });
    },

    // Who is left without a counter by it is said in words, and stays in the warnings.
    async changeProfile(counter, profile) {
      try {
        const { unserved } = await call("POST", `/counters/${counter.id}/profile`, { profile });
        await done(text("done_profile", { counter: counter.name, profile }));
        const services = unserved.map(state.nameOf).join(", ");
        if (services) say(text("profile_unserved", { counter: counter.name, profile, services }), true);
      } catch (error) {
        refused(error);
      }
    },
  };
}
