"""What people and programs are told when something is refused: one shape, a stable code, a text in their language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from queue_app.domain.board import iso
from queue_app.domain.errors import CODES, Category, Problem, QueueError
from queue_app.i18n import N_, text

STATUS = {
    Category.MALFORMED: 400,
    Category.UNAUTHENTICATED: 401,
    Category.FORBIDDEN: 403,
    Category.UNKNOWN: 404,
    Category.METHOD: 405,
    Category.REFUSED: 409,
    Category.TOO_LARGE: 413,
    Category.MEDIA_TYPE: 415,
    Category.INVALID: 422,
    Category.TOO_MANY: 429,
    Category.FAULT: 500,
    Category.NOT_READY: 503,
}

TEXTS = {
    "malformed_json": N_("The request is not well-formed JSON."),
    "bad_request": N_("The request cannot be understood."),
    "not_signed_in": N_("Please sign in."),
    "invalid_token": N_("This token is not valid."),
    "wrong_credentials": N_("The name or the password is not right."),
    "wrong_code": N_("This code is not right, or it was used already. Please wait for the next one."),
    "sign_in_elsewhere_refused": N_("You could not be signed in this way. Please ask your administrator."),
    "wrong_set_up_code": N_("This is not the set-up code of this server."),
    "already_set_up": N_("This server is set up already."),
    "settings_changed": N_("Somebody else has changed the settings meanwhile. Please load the page again."),
    "not_allowed": N_("You may not do this."),
    "password_must_change": N_("Please choose a new password first."),
    "csrf_failed": N_("This page is out of date. Please load it again."),
    "unknown_path": N_("There is nothing here."),
    "unknown_branch": N_("There is no such branch."),
    "unknown_service": N_("There is no such service."),
    "unknown_counter": N_("There is no such counter."),
    "unknown_ticket": N_("There is no such ticket."),
    "unknown_call": N_("There is no such call."),
    "unknown_profile": N_("There is no such work profile."),
    "unknown_user": N_("There is no such person."),
    "unknown_sign_in": N_("This person is not signed in any more."),
    "unknown_report": N_("There is no such report."),
    "unknown_report_job": N_("There is no such report on its way, or its time is over."),
    "unknown_schedule": N_("There is no such scheduled report."),
    "unknown_message": N_("There is no such message."),
    "unknown_token": N_("There is no such token, or it was revoked."),
    "unknown_webhook": N_("There is no such webhook."),
    "unknown_delivery": N_("There is no such delivery, or its time is over."),
    "unknown_print_job": N_("This ticket has no slip."),
    "unknown_printer": N_("There is no such printer."),
    "unknown_kiosk": N_("There is no such kiosk."),
    "unknown_panel": N_("There is no such panel."),
    "unknown_screen": N_("There is no such screen."),
    "unknown_code": N_(
        "No device shows this code now. Please look at its screen again: each code holds for ten minutes."
    ),
    "method_not_allowed": N_("This cannot be done here."),
    "nobody_waiting": N_("Nobody is waiting for this counter."),
    "counter_taken": N_("%(clerk)s is at this counter."),
    "counter_closed": N_("This counter is closed."),
    "counter_paused": N_("This counter is paused."),
    "counter_not_paused": N_("This counter is not paused."),
    "counter_busy": N_("Ticket %(label)s is still at this counter."),
    "already_at_counter": N_("You are already at counter %(counter)s."),
    "not_your_counter": N_("%(clerk)s is at this counter."),
    "no_ticket_at_counter": N_("There is no ticket at this counter."),
    "state_forbids": N_("This cannot be done with the ticket any more."),
    "outcome_needed": N_("Please say how the service ended."),
    "no_show_too_early": N_("It is too early to call this a no-show."),
    "nothing_to_undo": N_("There is nothing here that could be undone."),
    "undo_too_late": N_("This can no longer be undone: it is too long ago, or something else has happened since."),
    "service_closed": N_("This service is closed now."),
    "branch_closed": N_("The branch is closed now."),
    "quota_reached": N_("All numbers for today have been taken."),
    "service_elsewhere": N_("There are no numbers for this service here."),
    "too_late_today": N_("It is too late for a number today."),
    "contact_not_asked": N_("This branch does not ask for that."),
    "figures_only": N_("Only the figures of these days are kept."),
    "request_id_reused": N_("This request has already been used for something else."),
    "report_not_done": N_("This report is not finished."),
    "report_too_long": N_("This is too long for a PDF. Please take Excel or CSV, or fewer days."),
    "too_many_reports": N_("%(most)d reports are being made already. Please wait for one of them."),
    "too_many_schedules": N_("A branch can have %(most)d scheduled reports at most."),
    "too_many_webhooks": N_("A branch can have %(most)d webhooks at most."),
    "webhook_off": N_("This webhook is switched off."),
    "message_not_failed": N_("This message has been sent, or is still being tried."),
    "name_taken": N_("This name is already taken."),
    "last_administrator": N_("This would leave nobody who may administrate."),
    "username_taken": N_("This user name is already taken."),
    "unknown_template": N_("There is no such template."),
    "template_followed": N_("Branches still follow this template. Let them follow nothing first."),
    "follows_nothing": N_("This branch follows no template."),
    "would_strand": N_("Visitors would be left waiting by this change. It was not made."),
    "conflict": N_("Somebody else was faster. Please try again."),
    "body_too_large": N_("The request is too large."),
    "unsupported_media_type": N_("This kind of content cannot be used here."),
    "invalid_value": N_("A value is not valid."),
    "weak_password": N_("This password is too easy to guess."),
    "wrong_password": N_("The password is not right."),
    "not_a_picture": N_("This file is not a picture that can be used."),
    "picture_too_large": N_("This picture is too large."),
    "too_many_requests": N_("Too many requests. Please wait a moment."),
    "database_unavailable": N_("The system is not ready. Please try again in a moment."),
    "not_ready": N_("The system is not ready. Please try again in a moment."),
    "sign_in_elsewhere_unreachable": N_(
        "The other system does not answer. Please try again, or sign in with a password."
    ),
    "speech_unavailable": N_("The server cannot speak: it has no voice, or the voice does not answer."),
    "disk_refused": N_("The file could not be written: the disk is full or does not answer."),
    "internal_error": N_("Something went wrong. It has been written down."),
}


WEAK = {
    "short": N_("At least %(least)d characters are needed."),
    "long": N_("At most %(most)d characters are possible."),
    "same": N_("It repeats one or two characters only."),
    "common": N_("It is one of those that everybody tries first."),
    "name": N_("It is your name."),
    "same_again": N_("It is the one you have already."),
}
"""Why a password is too easy to guess."""


def status_of(error: QueueError) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS[error.category]


def body_of(error: QueueError, language: str = "en") -> dict[str, Any]:
    """Return the contract's error: `{"error": {"code", "message", "details"}}`.

    What people read is in `language`: the message, and among the details the problem.
    """
    details = {name: _told(value, language) for name, value in error.details.items()}
    reason = details.get("problem") if error.code == "invalid_value" else None
    message = (
        text(language, N_("A value is not valid: %(problem)s."), problem=str(reason).rstrip("."))
        if reason
        else message_of(error, language)
    )
    return {"error": {"code": error.code, "message": message, "details": details}}


def message_of(error: QueueError, language: str) -> str:
    """Return what was refused as a sentence, without the reason why a value is not valid."""
    return text(language, TEXTS[error.code], **error.details)


def reason_of(error: QueueError, language: str) -> str:
    """Return what to say at a field: why its value is not valid, without saying that it is not; else what was refused."""
    problem = error.details.get("problem")
    if error.code == "weak_password":
        return f"{message_of(error, language)} {text(language, WEAK[error.details['problem']], **error.details)}"
    if error.code != "invalid_value" or not problem:
        return message_of(error, language)
    said: str = _told(problem, language)
    return f"{said[0].upper()}{said[1:].rstrip('.')}."


def _told(value: Any, language: str) -> Any:
    if isinstance(value, Problem):
        return text(language, value.text, **{name: _told(each, language) for name, each in value.values.items()})
    return iso(value) if isinstance(value, datetime) else value


assert TEXTS.keys() == CODES.keys()
