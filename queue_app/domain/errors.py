"""What can be refused: one exception with a stable code for machines; texts for people are made at the doors."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol, Self


class Category(Enum):
    """Why something was refused; the doors turn it into an HTTP status."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    MEDIA_TYPE = "media_type"
    METHOD = "method"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    NOT_READY = "not_ready"
    FAULT = "fault"


_C = Category
CODES: dict[str, Category] = {
    "malformed_json": _C.MALFORMED,
    "bad_request": _C.MALFORMED,
    "not_signed_in": _C.UNAUTHENTICATED,
    "invalid_token": _C.UNAUTHENTICATED,
    "wrong_credentials": _C.UNAUTHENTICATED,
    "wrong_set_up_code": _C.UNAUTHENTICATED,
    "already_set_up": _C.REFUSED,
    "settings_changed": _C.REFUSED,
    "wrong_code": _C.UNAUTHENTICATED,
    "sign_in_elsewhere_refused": _C.UNAUTHENTICATED,
    "not_allowed": _C.FORBIDDEN,
    "password_must_change": _C.FORBIDDEN,
    "csrf_failed": _C.FORBIDDEN,
    "unknown_path": _C.UNKNOWN,
    "unknown_branch": _C.UNKNOWN,
    "unknown_service": _C.UNKNOWN,
    "unknown_counter": _C.UNKNOWN,
    "unknown_ticket": _C.UNKNOWN,
    "unknown_call": _C.UNKNOWN,
    "unknown_profile": _C.UNKNOWN,
    "unknown_user": _C.UNKNOWN,
    "unknown_sign_in": _C.UNKNOWN,
    "unknown_report": _C.UNKNOWN,
    "unknown_report_job": _C.UNKNOWN,
    "unknown_schedule": _C.UNKNOWN,
    "unknown_message": _C.UNKNOWN,
    "unknown_print_job": _C.UNKNOWN,
    "unknown_token": _C.UNKNOWN,
    "unknown_webhook": _C.UNKNOWN,
    "unknown_delivery": _C.UNKNOWN,
    "unknown_printer": _C.UNKNOWN,
    "unknown_kiosk": _C.UNKNOWN,
    "unknown_panel": _C.UNKNOWN,
    "unknown_screen": _C.UNKNOWN,
    "unknown_code": _C.UNKNOWN,
    "method_not_allowed": _C.METHOD,
    "nobody_waiting": _C.REFUSED,
    "counter_taken": _C.REFUSED,
    "counter_closed": _C.REFUSED,
    "counter_paused": _C.REFUSED,
    "counter_not_paused": _C.REFUSED,
    "counter_busy": _C.REFUSED,
    "already_at_counter": _C.REFUSED,
    "not_your_counter": _C.REFUSED,
    "no_ticket_at_counter": _C.REFUSED,
    "state_forbids": _C.REFUSED,
    "outcome_needed": _C.REFUSED,
    "no_show_too_early": _C.REFUSED,
    "nothing_to_undo": _C.REFUSED,
    "undo_too_late": _C.REFUSED,
    "service_closed": _C.REFUSED,
    "branch_closed": _C.REFUSED,
    "quota_reached": _C.REFUSED,
    "service_elsewhere": _C.REFUSED,
    "too_late_today": _C.REFUSED,
    "contact_not_asked": _C.REFUSED,
    "figures_only": _C.REFUSED,
    "request_id_reused": _C.REFUSED,
    "name_taken": _C.REFUSED,
    "report_not_done": _C.REFUSED,
    "report_too_long": _C.REFUSED,
    "too_many_reports": _C.REFUSED,
    "too_many_schedules": _C.REFUSED,
    "too_many_webhooks": _C.REFUSED,
    "webhook_off": _C.REFUSED,
    "message_not_failed": _C.REFUSED,
    "last_administrator": _C.REFUSED,
    "username_taken": _C.REFUSED,
    "would_strand": _C.REFUSED,
    "unknown_template": _C.UNKNOWN,
    "template_followed": _C.REFUSED,
    "follows_nothing": _C.REFUSED,
    "conflict": _C.REFUSED,
    "body_too_large": _C.TOO_LARGE,
    "unsupported_media_type": _C.MEDIA_TYPE,
    "invalid_value": _C.INVALID,
    "weak_password": _C.INVALID,
    "wrong_password": _C.INVALID,
    "not_a_picture": _C.INVALID,
    "picture_too_large": _C.TOO_LARGE,
    "too_many_requests": _C.TOO_MANY,
    "database_unavailable": _C.NOT_READY,
    "not_ready": _C.NOT_READY,
    "sign_in_elsewhere_unreachable": _C.NOT_READY,
    "speech_unavailable": _C.NOT_READY,
    "disk_refused": _C.NOT_READY,
    "internal_error": _C.FAULT,
}


class Problem(str):
    """Why a value is refused: an English sentence that a door can still say in another language.

    Programs, commands and logs read the sentence itself.

    Attributes:
        text: what it was made from, with `%(name)s` and `%(name)d` places.
        values: what stands in the places; a problem among them is said in the other language as well.
    """

    __slots__ = ("text", "values")

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, values: Mapping[str, object]) -> Self:
        """Fill the places of `text`; without values a percent sign in it means itself."""
        made = super().__new__(cls, text % values if values else text)
        made.text, made.values = text, values
        return made


class Translatable(Protocol):
    """An error of a library that knows nothing of problems, but remembers what its message was made from."""

    @property
    def text(self) -> str:
        """What it was made from, as `Problem.text`."""

    @property
    def values(self) -> Mapping[str, object]:
        """What stands in its places."""


def problem(text: str, /, **values: object) -> Problem:
    """Return the English sentence `text`, a literal that is collected for translation, with its places filled in."""
    return Problem(text, values)


def problem_of(error: Translatable) -> Problem:
    """Return the message of a library's error as a problem."""
    return Problem(error.text, error.values)


class QueueError(Exception):
    """Something asked for was refused and nothing was changed.

    Args:
        code: a key of `CODES`, stable across releases.
        details: facts a program or a translated text may use, for example the other clerk's name.
    """

    def __init__(self, code: str, **details: Any) -> None:
        """Refuse with `code`."""
        super().__init__(code)
        self.code = code
        self.category = CODES[code]
        self.details = details

    def __str__(self) -> str:
        """Return the code with its details, for logs and test output."""
        return f"{self.code} {self.details}" if self.details else self.code
