"""What a report's codes are called for people: states, events, rules, channels, reasons, the days of the week."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import get_day_names

from queue_app import i18n
from queue_app.i18n import N_

WORDS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "called": N_("Called"),
    "serving": N_("Being served"),
    "parked": N_("Parked"),
    "finished": N_("Finished"),
    "transferred": N_("Transferred"),
    "no_show": N_("Did not come"),
    "cancelled": N_("Cancelled"),
    "expired": N_("Expired"),
    # Groups of too few people, see `reports.tabulate`.
    "few": N_("Several together"),
    # Classes that every branch has, and the outcome that no clerk chose.
    "standard": N_("Standard"),
    "priority": N_("Priority"),
    "day_closed": N_("Ended with the day"),
    # Where a number was taken.
    "kiosk": N_("Kiosk"),
    "staff": N_("Clerk"),
    "web": N_("Web"),
    "phone": N_("Phone"),
    "api": N_("Another program"),
    # Events, by `domain.events.Kind`.
    "ticket_issued": N_("Number taken"),
    "ticket_called": N_("Called"),
    "ticket_recalled": N_("Called again"),
    "service_started": N_("Service began"),
    "ticket_finished": N_("Finished"),
    "ticket_no_show": N_("Did not come"),
    "ticket_parked": N_("Parked"),
    "ticket_returned": N_("Put back into the queue"),
    "ticket_transferred": N_("Transferred"),
    "ticket_cancelled": N_("Cancelled"),
    "tickets_expired": N_("Day ended"),
    "ticket_reopened": N_("Reopened"),
    "ticket_noted": N_("Note written"),
    "service_added": N_("Another service added"),
    "action_undone": N_("Undone"),
    "counter_opened": N_("Counter opened"),
    "counter_paused": N_("Pause began"),
    "counter_resumed": N_("Pause ended"),
    "counter_wrap_up": N_("Wrap-up began"),
    "counter_profile_changed": N_("Work profile changed"),
    "counter_closed": N_("Counter closed"),
    "desk_message": N_("Message to the desks"),
    "notice_changed": N_("Notice changed"),
    "settings_changed": N_("Settings changed"),
    # Why somebody was next, by `domain.discipline.Rule`.
    "first_come": N_("Came first"),
    "priority_first": N_("Priority before the others"),
    "share_of_class": N_("Share of the calls for a class"),
    "head_start": N_("Head start of a class"),
    "service_order": N_("This service goes before others here"),
    "weighted_share": N_("Share of the calls for a service"),
    "target_ratio": N_("Waited the most of what was promised"),
    "longest_wait": N_("Waited longer than allowed"),
    "booked": N_("Booked, and it is time"),
    "booked_early": N_("Booked for later, and nobody else waited"),
    "reserved": N_("Kept for this counter"),
    "own_language": N_("Asked for a language spoken here"),
    "other_language": N_("Asked for another language, and nobody else waited"),
    "put_first": N_("Put first by a clerk"),
    "chosen_by_clerk": N_("Chosen by a clerk"),
    "without_waiting": N_("Served without waiting"),
    # Why a slip did not come out, by `printers.errors.RETRYABLE` and the operations of printing.
    "unreachable": N_("Printer not reached"),
    "timed_out": N_("Printer took too long"),
    "refused": N_("Printer refused the connection"),
    "broken_off": N_("Connection broke off"),
    "not_writable": N_("Folder or device not writable"),
    "disk_full": N_("Disk full"),
    "unknown_profile": N_("Model or paper not known"),
    "bad_address": N_("Printer’s settings do not hold"),
    "bad_slip": N_("Slip cannot be printed as it is set"),
    "paper_out": N_("Out of paper"),
    "cover_open": N_("Cover open"),
    "fault": N_("Fault"),
    "offline": N_("Offline"),
    "unplugged": N_("Printer not connected"),
    "garbled": N_("Not this kind of printer"),
    "not_pushed": N_("Fetches its slips by itself"),
    "job_refused": N_("Slip not accepted"),
    "not_authorised": N_("User name or password refused"),
    "silent": N_("Stopped fetching its slips"),
    "too_old": N_("Waited too long to be printed"),
    "ticket_ended": N_("Visit ended before"),
    "replaced": N_("Printed again instead"),
    "printer_removed": N_("Printer removed"),
    "late": N_("Not out in time"),
    "other": N_("Another reason"),
}
"""Codes and what they are called, to be translated."""

WEEKDAYS = {f"weekday:{number}": number - 1 for number in range(1, 8)}
"""The codes of the days of the week, `weekday:1` for Monday to `weekday:7`, and the places of their names."""


def name_of(code: str, language: str, words: Mapping[str, str] = WORDS) -> str:
    """Return what `code` is called in `language`; a code without a name is shown as it is.

    Args:
        code: one of `words`, or `weekday:1` (Monday) to `weekday:7`.
        language: one of `i18n.LANGUAGES`.
        words: codes and what they are called, to be translated.
    """
    if code in WEEKDAYS:
        return str(get_day_names("wide", "stand-alone", locale=language)[WEEKDAYS[code]])
    return i18n.text(language, words[code]) if code in words else code
