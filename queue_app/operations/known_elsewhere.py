"""People whom an OpenID Connect provider knows: who of them may come in here, and as whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from queue_app.domain.errors import QueueError
from queue_app.operations.audit import note_outside
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.models import User


@dataclass(frozen=True)
class Known:
    """Whom a provider knows.

    Attributes:
        issuer: the provider.
        subject: the name that it never gives to anybody else.
        username: what it calls the person now, which may change; None where it does not say, or where that is not sure.
    """

    issuer: str
    subject: str
    username: str | None


def person_known_elsewhere(context: Context, known: Known) -> int:
    """Return the id of the active person whom a provider knows; nobody is made here by coming.

    The first time they are found by their user name, which an administrator gave them here; from then on by the provider's
    own name for them, whatever they are called there later.

    Raises:
        QueueError: `sign_in_elsewhere_refused`.
    """
    theirs = (User.oidc_issuer == known.issuer, User.oidc_subject == known.subject)
    with context.database.reading() as connection:
        row = connection.execute(select(User.id, User.active).where(*theirs)).one_or_none()
    if row is not None:
        if not row.active:
            raise QueueError("sign_in_elsewhere_refused")
        return int(row.id)
    # PostgreSQL cannot be asked for a text with U+0000; to leave it out would make one name of two.
    if known.username is None or "\0" in known.username:
        raise QueueError("sign_in_elsewhere_refused")
    return _link(context, known, known.username)


def _link(context: Context, known: Known, username: str) -> int:
    free = (User.username == username, User.active, User.oidc_subject.is_(None))
    try:
        with context.database.writing() as connection:
            row = connection.execute(select(User.id, User.display_name).where(*free)).one_or_none()
            if row is None:
                raise QueueError("sign_in_elsewhere_refused")
            values = {"oidc_issuer": known.issuer, "oidc_subject": known.subject}
            if not connection.execute(update(User).where(User.id == row.id, *free).values(values)).rowcount:
                raise QueueError("sign_in_elsewhere_refused")
            actor = Actor(f"user:{row.id}", row.display_name, row.id)
            note_outside(context, connection, actor, "link_person", username, None, {"issuer": known.issuer})
    except IntegrityError as error:
        # Of two browsers at the same moment the other was faster.
        raise QueueError("sign_in_elsewhere_refused") from error
    return int(row.id)
