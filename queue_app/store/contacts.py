"""Named statements about what visitors left with their tickets, encrypted."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, select, text

from queue_app.store.models import Leg, Ticket
from queue_app.store.prepared import Prepared, insert_into, update_of
from queue_app.store.running_tables import VisitorContact

_contact = VisitorContact.__table__.c
_ticket = Ticket.__table__.c
_leg = Leg.__table__.c

INSERT_CONTACT = insert_into(VisitorContact.__table__)  # type: ignore[arg-type]
END_CONTACT = update_of(VisitorContact.__table__, ["erase_at"], _contact.ticket_id == bindparam("ticket"))  # type: ignore[arg-type]
"""Says when it is erased; None while the visit goes on."""

CONTACT_AT_COUNTER = Prepared(
    select(_contact.sealed)
    .join(Ticket, _ticket.id == _contact.ticket_id)
    .join(Leg, and_(_leg.ticket_id == _ticket.id, text("leg.state IN ('called', 'serving')")))
    .where(_leg.counter_id == bindparam("counter_id"), _ticket.id == bindparam("ticket_id"))
)
