"""The texts that pages' scripts need, by the names the scripts use; plural ones as the list of gettext's forms."""

from __future__ import annotations

from queue_app.i18n import N_, NP_, forms, text

COMMON = {
    "reconnecting": N_("Reconnecting – numbers as of %(time)s"),
    "wait_unknown": N_("The wait cannot be told yet"),
    "wait_moment": N_("In a moment"),
    "wait_up_to": N_("up to %(high)d min"),
    "wait_about": N_("about %(high)d min"),
    "wait_range": N_("about %(low)d–%(high)d min"),
    "wait_up_to_hours": N_("up to %(high)d h"),
    "wait_about_hours": N_("about %(high)d h"),
    "wait_hours": N_("about %(low)d–%(high)d h"),
    "ahead_nobody": N_("Nobody is before you"),
}

PLURAL = {
    "ahead": NP_("%(number)d person is before you", "%(number)d people are before you"),
}

PAGES: dict[str, dict[str, str]] = {
    "display": {
        "now": N_("Please come"),
        "last": N_("Last called"),
        "said": N_("Number %(label)s, please come to counter %(counter)s"),
        "start": N_("Your number will appear here"),
        "closed": N_("All counters are closed"),
        "pause": N_("A short break. Please keep your number."),
    },
    "desk": {
        "sit_down": N_("Sit down here"),
        "go_on": N_("Continue here"),
        "counter_free": N_("Free"),
        "counter_paused": N_("Paused"),
        "counter_open": N_("Open"),
        "counter_of": N_("Counter %(counter)s"),
        "taken_by": N_("%(clerk)s is here"),
        "next": N_("Next"),
        "finish_and_next": N_("Finish and next"),
        "pause": N_("Pause"),
        "resume": N_("Resume"),
        "state_called": N_("Called"),
        "state_called_again": N_("Called %(number)d times"),
        "state_serving": N_("Being served"),
        "nobody_here": N_("Nobody is at your counter"),
        "nobody_waiting": N_("Nobody is waiting"),
        "is_paused": N_("Your counter is paused"),
        "press_next": N_("Press Next to call the next visitor"),
        "press_resume": N_("Resume to call visitors again"),
        "waits_for_arrival": N_("since the call"),
        "of_minutes": N_("of %(minutes)d min"),
        "over": N_("over by %(time)s"),
        "first_come": N_("first come, first served"),
        "priority_first": N_("priority before the others"),
        "chosen_by_clerk": N_("chosen by a clerk"),
        "put_first": N_("put first by a clerk"),
        "why": N_("Why: %(rule)s · waited %(minutes)d min"),
        "delivery": N_("shown %(shown)d/%(screens)d · spoken %(spoken)d"),
        "no_screen": N_("no lobby screen is connected"),
        "waiting_total": N_("Waiting %(number)d · longest %(minutes)d min"),
        "minutes": N_("%(minutes)d min"),
        "over_target": N_("over target"),
        "priority": N_("priority"),
        "parked": N_("parked here"),
        "for_counter": N_("for counter %(counter)s"),
        "not_before": N_("not before %(time)s"),
        "call": N_("Call"),
        "call_label": N_("Call %(label)s"),
        "done_next": N_("%(label)s is called to counter %(counter)s."),
        "done_recall": N_("%(label)s is called again."),
        "done_start": N_("The service of %(label)s has begun."),
        "done_finish": N_("%(label)s is finished."),
        "done_no-show": N_("%(label)s did not come."),
        "done_park": N_("%(label)s is parked here. Call it from the list."),
        "done_return": N_("%(label)s is back in the queue."),
        "done_transfer": N_("%(label)s is sent on."),
        "done_pause": N_("Paused. Nobody is called to this counter."),
        "done_resume": N_("The counter is open again."),
        "done_close": N_("The counter is closed."),
        "asking_again": N_("No answer yet. Asking again …"),
        "no_answer": N_("The server does not answer. Whether this was done will be seen when the connection is back."),
        "back": N_("The connection is back. This is how it stands now."),
        "not_loaded": N_("The counters could not be read. Trying again …"),
        "counter_was_closed": N_("Your counter was closed. Please sit down again."),
        "signed_out": N_("You are signed out. Please sign in again."),
        "slip_failed": N_("The slip of %(label)s was not printed. Please tell the visitor the number."),
        "somebody_came": N_("Somebody is waiting"),
        "sound_on": N_("Sound: on"),
        "sound_off": N_("Sound: off"),
    },
    "kiosk": {
        "waiting_nobody": N_("Nobody is waiting"),
        "more_services": N_("More services below"),
        "first_services": N_("Back to the first services"),
        "one_moment": N_("One moment, please"),
        "closed": N_("Closed"),
        "opens_today": N_("Opens today at %(time)s"),
        "opens_later": N_("Opens %(day)s %(time)s"),
        "until": N_("until %(time)s"),
        "may_be_too_late": N_("It may be too late today: we close at %(time)s"),
        "all_taken": N_("All numbers for today have been taken"),
        "take_slip": N_("Please take your slip"),
        "remember_number": N_("Please remember your number or take a photo of it"),
        "no_paper": N_("No slip came out. Please take a photo of your number"),
        "have_ready": N_("Please have ready: %(things)s"),
        "please_come": N_("Please come to counter %(counter)s now"),
        "number_spoken": N_("Your number is %(letters)s %(number)s"),
        "back_in": N_("Back to the start in %(seconds)s s"),
        "closed_now": N_("This service is closed now"),
        "house_closed": N_("We are closed now"),
        "choose_other": N_("Please choose another service or ask our staff."),
        "busy": N_("One moment, please"),
        "try_again": N_("Many numbers are being taken. Please try again in a moment."),
        "no_answer": N_("No number could be given"),
        "ask_staff": N_("Please try again in a moment, or ask our staff for help."),
    },
    "visitor": {
        "try_again": N_("That did not work. Please try again in a moment."),
        "sound_on": N_("Sound is on"),
        "sound_off": N_("Turn the sound on"),
    },
}
"""Texts of single pages; a page asks for its own by name in its template: `{% set texts = ["kiosk"] %}`."""

RULE_TEXTS: dict[str, str] = {
    "first_come": N_("Came first"),
    "priority_first": N_("Priority before the others"),
    "share_of_class": N_("Priority: one call of every %(every)d"),
    "head_start": N_("Priority: placed %(head_start_minutes)d min earlier"),
    "service_order": N_("This service goes before others here"),
    "weighted_share": N_("It is this service's turn: %(weight)d of every %(total)d calls"),
    "target_ratio": N_("Waited the most of what was promised: %(percent)d %% of %(target_minutes)d min"),
    "longest_wait": N_("Waited longer than the longest allowed %(limit_minutes)d min"),
    "booked": N_("Booked, and it is time"),
    "booked_early": N_("Booked for later, and nobody else waited"),
    "reserved": N_("Kept for this counter"),
    "own_language": N_("Asked for a language spoken here"),
    "other_language": N_("Asked for another language, and nobody else waited"),
    "put_first": N_("Put first by a clerk"),
    "chosen_by_clerk": N_("Chosen by a clerk"),
}
"""Why a ticket was called, by `domain.discipline.Rule`, with the facts of the choice in the places."""

PAGE_PLURALS: dict[str, dict[str, tuple[str, str]]] = {
    "desk": {
        "more": NP_("and %(number)d more", "and %(number)d more"),
        "elsewhere": NP_("%(number)d waits for other counters", "%(number)d wait for other counters"),
    },
    "kiosk": {"waiting": NP_("%(number)d person waiting", "%(number)d people waiting")},
}


def page_texts(language: str, pages: list[str]) -> dict[str, str | list[str]]:
    """Return the common texts and those of `pages`, in `language`."""
    plain = dict(COMMON)
    plurals = dict(PLURAL)
    for page in pages:
        plain |= PAGES.get(page, {})
        plurals |= PAGE_PLURALS.get(page, {})
    result: dict[str, str | list[str]] = {key: text(language, message) for key, message in plain.items()}
    result |= {key: forms(language, *messages) for key, messages in plurals.items()}
    return result
