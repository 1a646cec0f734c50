"""Webhooks: web addresses of other programs that are told what happens in a branch, and how they know that it is true.

The calls are signed as Standard Webhooks (https://www.standardwebhooks.com) has it, so that its libraries can check them.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from queue_app.domain.board import public_event
from queue_app.domain.branch import BranchSetup
from queue_app.domain.events import Event, Kind
from queue_app.domain.reading import list_of, object_of, truth, word_of, wrong
from queue_app.domain.reporting import check_web_address

PING = "ping"
"""The kind of a call that only tries whether the address answers."""

MOST_WEBHOOKS = 20
"""So many of them a branch may have."""

MOST_NAME = 80

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
OLD_SECRET_FOR = timedelta(hours=24)
"""So long calls are signed with the secret before as well, after a new one was made."""

PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800)
)  # fmt: skip
"""After each attempt that failed, the next one comes so much later: a day in all. After the last of them it is given up."""

HOLDS_OTHERS = 4
"""An event that was refused so often lets later ones go before it: until then, they wait, so that the order is kept."""


@dataclass(frozen=True)
class WebhookWish:
    """What a webhook is to do: its name for people, where it calls, of which kinds of events (none: of all), and whether."""

    name: str
    url: str
    kinds: tuple[Kind, ...] = ()
    active: bool = True


def check_webhook(data: object) -> WebhookWish:
    """Read what a webhook is to do.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", {"name", "url", "kinds", "active"})
    name = told.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= MOST_NAME or not name.isprintable():
        raise wrong("name", "a name of at most %(most)d characters is needed", most=MOST_NAME)
    kinds = [
        word_of(kind, f"kinds[{place}]", Kind) for place, kind in enumerate(list_of(told.get("kinds", []), "kinds"))
    ]
    return WebhookWish(
        name.strip(),
        check_web_address(told.get("url"), "url"),
        tuple(dict.fromkeys(kinds)),
        truth(told.get("active", True), "active"),
    )


def wants(kinds: Sequence[str], event: Event) -> bool:
    """Say whether a webhook of these kinds is told of an event."""
    return not kinds or event.kind in kinds


def event_body(setup: BranchSetup, event: Event) -> dict[str, Any]:
    """Return what a web address is told of an event: what a lobby may know of it, and which ticket it was; nobody's name."""
    body = {"id": f"{setup.slug}-{event.revision}", **public_event(setup, event)}
    if event.ticket_id is not None:
        body["ticket"] = event.ticket_id
    return body


def secret_of(key: bytes) -> str:
    """Return 32 random bytes as the secret that the other side is given."""
    return SECRET_PREFIX + base64.b64encode(key).decode("ascii")


def signature(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one call, `v1,…`.

    Args:
        secret: `whsec_…`.
        call_id: what the header `webhook-id` says.
        timestamp: seconds since 1970, of `webhook-timestamp`.
        body: the bytes that are sent.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{call_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode("ascii")
