"""What a visitor leaves, between a request and what is kept."""

from __future__ import annotations

from flask import current_app

from queue_app.domain.privacy import SealedContact, check_contact
from queue_app.operations.contacts import open_contact, seal_contact
from queue_app.sealing import Sealer


def sealer() -> Sealer:
    """Return what encrypts in the running application."""
    found: Sealer = current_app.extensions["queue_sealer"]
    return found


def sealed(data: object) -> SealedContact | None:
    """Return what a request says about its visitor, encrypted; None where it says nothing.

    Raises:
        QueueError: `invalid_value`.
    """
    contact = check_contact(data)
    return None if contact is None else seal_contact(sealer(), contact)


def opened(kept: bytes | None) -> dict[str, str] | None:
    """Return `{name?, phone?}` of what was kept; None where that is nothing."""
    return open_contact(sealer(), kept)
