// What becomes of the slip while its number is shown: it comes out here, or elsewhere, or late, or not at all.
import { call } from "/static/api.js";
import { text } from "/static/words.js";

export function slipLine(main, section, { moreTime, printHere }) {
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const announce = main.querySelector('[data-part="announce"]');
  const seconds = (name) => Number(main.dataset[name]) * 1000;
  let token = null;
  let print = null; // how the slip stands
  let paper = null; // whether slips come out at this kiosk
  let elsewhere = null; // the printer that stands in
  let late = null; // the timer after which a slip that has not come is not waited for any more
  let look = null; // the timer after which somebody may have looked for a printed slip in vain
  let missing = false;
  let used = false; // it is printed again once
  let asking = false; // the copy is being asked for: what is heard now is of the slip before

  // A printer without paper is tried again and again, and slips behind it wait: they are queued still, with an error or too long.
  function draw() {
    const waits = print.state === "queued" || print.state === "sending";
    const lost = print.state === "failed" || (waits && (print.error !== null || missing));
    if (lost && !missing) {
      missing = true;
      announce.textContent = text("no_paper");
      moreTime(seconds("failedReturnSeconds") / 1000); // time to find the phone
    }
    const came = missing && print.state === "printed";
    if (came && section.dataset.slip === "missing") announce.textContent = text("slip_came");
    section.dataset.slip = lost ? "missing" : print.state;
    say(lost ? text("no_paper") : words(came));
    if (print.state === "printed") look ??= setTimeout(offerAgain, seconds("againSeconds"), true);
    else if (print.state === "failed") offerAgain(false);
    else part("again").hidden = true;
  }

  function words(came) {
    if (print.state === "none") return text("remember_number");
    if (elsewhere !== null) return text("slip_elsewhere", { printer: elsewhere });
    if (used && print.state !== "printed") return text("slip_again");
    return text(came ? "slip_came" : "take_slip");
  }

  function say(what) {
    if (part("slip").textContent !== what) part("slip").textContent = what;
    part("slip").hidden = false;
  }

  function offerAgain(inDoubt) {
    if (used || !part("again").hidden || !(paper.can_print || paper.kind === "browser")) return;
    part("again-why").hidden = !inDoubt;
    part("again").hidden = false;
    if (inDoubt) announce.textContent = text("again_spoken");
  }

  function waitFor() {
    clearTimeout(late);
    late = setTimeout(() => {
      if (print.state === "none" || print.state === "printed" || missing) return;
      print = { ...print, error: print.error ?? "late" };
      draw();
    }, seconds("slipSeconds"));
  }

  async function again() {
    const mine = token;
    used = asking = true;
    missing = false;
    print = { state: "queued", error: null };
    draw();
    announce.textContent = text("slip_again");
    part("done").focus({ preventScroll: true });
    moreTime(seconds("returnSeconds") / 1000);
    waitFor();
    const failed = await call("POST", `/tickets/${mine}/reprint`, {}).then(() => null, (error) => error);
    if (token !== mine) return; // the next visitor stands here
    asking = false;
    if (failed === null) return printHere(mine);
    print = { state: "failed", error: null };
    draw();
  }
  part("again-button").addEventListener("click", again);

  return {
    start(taken, now) {
      token = taken.ticket.token;
      print = taken.print;
      paper = now;
      elsewhere = now.instead;
      missing = used = asking = false;
      look = null;
      if (print.state === "queued") printHere(token);
      const hopeless = print.state === "queued" && !now.can_print && now.kind !== "browser";
      if (hopeless) print = { ...print, error: now.status }; // known before the touch: nobody looks for a slip first
      draw();
      waitFor();
    },
    follow(ticket) {
      if (asking) return;
      print = ticket.print;
      elsewhere = print.elsewhere ?? elsewhere;
      draw();
    },
    paper(now) { paper = now; },
    stop() {
      clearTimeout(late);
      clearTimeout(look);
      token = null;
      part("again").hidden = true;
    },
  };
}
