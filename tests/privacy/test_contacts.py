"""What visitors leave: kept encrypted, erased when its time has come, whatever way the visit ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.domain.privacy import Contact, SealedContact
from queue_app.operations import desk_actions, serve, undo
from queue_app.operations.close_day import close_day, close_day_if_over
from queue_app.operations.contacts import contact_at, erase_due, open_contact, seal_contact
from queue_app.operations.serve import Destination
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.sealing import Sealer
from queue_app.store.models import Ticket, TicketEvent
from queue_app.store.running_tables import VisitorContact
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.privacy.forgetting import change_privacy, number_of, problems
from tests.reports.records import Course, Office, Pick, courses

SEALER = Sealer(["a key of the tests"])
JANA = Contact("Jana Tajná", "+420777123456")


def sealed(contact: Contact = JANA) -> SealedContact:
    """Return what a visitor left, encrypted."""
    return seal_contact(SEALER, contact)


@pytest.fixture
def asking(brno: Brno) -> Brno:
    """The branch asks for name and telephone number, and erases them two hours after the visit."""
    change_privacy(brno.context, ask_name=True, ask_phone=True, erase_after_hours=2)
    return brno


def erase_at(brno: Brno, ticket_id: int) -> Any:
    """Return when what was left with a ticket is erased."""
    with brno.context.database.reading() as connection:
        asked = select(VisitorContact.erase_at).where(VisitorContact.ticket_id == ticket_id)
        return connection.execute(asked).scalar_one()


def test_what_a_visitor_left_is_kept_encrypted_beside_the_record(asking: Brno) -> None:
    taken = asking.take(contact=sealed(), request_id="once")
    with asking.context.database.reading() as connection:
        kept = bytes(connection.execute(select(VisitorContact.sealed)).scalar_one())
        events = connection.execute(select(TicketEvent.data, TicketEvent.request_key)).all()
    assert open_contact(SEALER, kept) == {"name": "Jana Tajná", "phone": "+420777123456"}
    assert b"Jana" not in kept and b"777" not in kept
    assert "Tajn" not in str(events) and "777" not in str(events)
    # The same request again, even with something else in it, is answered by the first, and nothing more is kept.
    again = asking.take(contact=sealed(Contact("Somebody Else")), request_id="once")
    assert (again.ticket.id, again.is_new) == (taken.ticket.id, False)
    assert number_of(asking.context, VisitorContact) == 1
    assert problems(asking.context) == []


@pytest.mark.parametrize(
    ("rules", "contact"),
    [
        ({}, Contact(name="Jana")),
        ({"ask_name": True}, Contact(phone="123456")),
        ({"ask_phone": True}, Contact("Jana", "123456")),
    ],
)
def test_where_nobody_asks_nothing_is_kept(brno: Brno, rules: dict[str, Any], contact: Contact) -> None:
    change_privacy(brno.context, **rules)
    with pytest.raises(QueueError, match="contact_not_asked"):
        brno.take(contact=sealed(contact))
    assert number_of(brno.context, Ticket) == 0 and number_of(brno.context, VisitorContact) == 0


def _finish(brno: Brno, counter: int, taken: Any) -> None:
    brno.next()
    serve.finish(brno.context, counter, brno.alena)


def _no_show(brno: Brno, counter: int, taken: Any) -> None:
    brno.next()
    serve.no_show(brno.context, counter, brno.alena)


def _leave(brno: Brno, counter: int, taken: Any) -> None:
    serve.cancel(brno.context, taken.token)


def _cancel(brno: Brno, counter: int, taken: Any) -> None:
    desk_actions.cancel_ticket(brno.context, "brno", taken.ticket.id, brno.actor("marta"), "left")


def _close_day(brno: Brno, counter: int, taken: Any) -> None:
    close_day(brno.context, "brno")


def _close_day_while_served(brno: Brno, counter: int, taken: Any) -> None:
    brno.next()
    serve.start(brno.context, counter, brno.alena)
    close_day(brno.context, "brno")


def _second_service(brno: Brno, counter: int, taken: Any) -> None:
    brno.next()
    serve.transfer(brno.context, counter, brno.alena, Destination("cash"))
    brno.next()
    serve.finish(brno.context, counter, brno.alena)


def _next_one_is_called(brno: Brno, counter: int, taken: Any) -> None:
    brno.next()
    brno.take()
    brno.next()


WAYS = (
    _finish, _no_show, _leave, _cancel, _close_day, _close_day_while_served, _second_service, _next_one_is_called,
)  # fmt: skip


@pytest.mark.parametrize("end", WAYS, ids=[way.__name__.strip("_") for way in WAYS])
def test_it_is_erased_two_hours_after_the_visit_however_that_ended(
    asking: Brno, clock: SimulatedClock, end: Callable[[Brno, int, Any], None]
) -> None:
    counter = asking.open()
    taken = asking.take(contact=sealed())
    clock.advance(hours=5)
    assert erase_at(asking, taken.ticket.id) is None
    assert erase_due(asking.context) == 0
    end(asking, counter, taken)
    assert erase_at(asking, taken.ticket.id) == clock.now() + timedelta(hours=2)
    clock.advance(hours=2, seconds=-1)
    assert erase_due(asking.context) == 0
    clock.advance(seconds=1)
    assert erase_due(asking.context) == 1
    assert number_of(asking.context, VisitorContact) == 0
    assert problems(asking.context) == []


def test_a_visit_that_the_cut_over_ended_counts_from_there(asking: Brno, clock: SimulatedClock) -> None:
    taken = asking.take(contact=sealed())
    clock.advance(days=3)
    closed = close_day_if_over(asking.context, "brno")
    assert closed is not None
    assert erase_at(asking, taken.ticket.id) < clock.now()
    assert erase_due(asking.context) == 1


def test_taking_the_end_back_takes_the_erasing_back(asking: Brno, clock: SimulatedClock) -> None:
    counter = asking.open()
    taken = asking.take(contact=sealed())
    asking.next()
    serve.finish(asking.context, counter, asking.alena)
    assert erase_at(asking, taken.ticket.id) is not None
    undo.undo(asking.context, counter, asking.alena)
    assert erase_at(asking, taken.ticket.id) is None
    serve.no_show(asking.context, counter, asking.alena)
    clock.advance(minutes=30)
    desk_actions.reopen(asking.context, "brno", taken.ticket.id, asking.actor("marta"))
    assert erase_at(asking, taken.ticket.id) is None
    clock.advance(hours=3)
    assert erase_due(asking.context) == 0


def test_only_the_desk_that_has_the_visitor_sees_it_and_those_who_supervise(asking: Brno) -> None:
    first, second = asking.open(0), asking.open(1)
    ticket_id = asking.take(contact=sealed()).ticket.id

    def seen(counter: int, who: Actor) -> bool:
        return contact_at(asking.context, counter, ticket_id, who) is not None

    everybody = [
        (counter, who) for counter in (first, second) for who in (asking.alena, asking.bohdan, asking.actor("marta"))
    ]
    assert [place for place in everybody if seen(*place)] == []
    asking.next()
    assert [place for place in everybody if seen(*place)] == [(first, asking.alena), (first, asking.actor("marta"))]
    serve.transfer(asking.context, first, asking.alena, Destination("ids"))
    assert [place for place in everybody if seen(*place)] == []
    asking.next(1)
    assert [place for place in everybody if seen(*place)] == [(second, asking.bohdan), (second, asking.actor("marta"))]
    serve.finish(asking.context, second, asking.bohdan)
    assert [place for place in everybody if seen(*place)] == []


def test_what_was_sealed_with_another_key_is_not_shown_and_nothing_breaks(caplog: pytest.LogCaptureFixture) -> None:
    assert open_contact(Sealer(["another key"]), sealed().sealed) is None
    assert open_contact(Sealer(["another key", "a key of the tests"]), sealed().sealed) == JANA.as_data()
    assert "QUEUE_DATA_KEY" in caplog.text and "Jana" not in caplog.text


def test_what_was_erased_is_not_in_the_files_any_more(
    migrated_sqlite: Path, tmp_path: Path, clock: SimulatedClock
) -> None:
    path = tmp_path / "queue.sqlite3"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    brno = create_brno(Context(database, clock))
    change_privacy(brno.context, ask_name=True, ask_phone=True, erase_after_hours=0)

    def bytes_of_files() -> bytes:
        return b"".join(each.read_bytes() for each in tmp_path.glob("queue.sqlite3*"))

    words = []
    for number in range(40):  # more than a page, so that pages become free as well
        contact = sealed(Contact(f"Jana {'Tajná ' * 8}", f"+42077712{number:04}"))
        words.append(contact.sealed)
        serve.cancel(brno.context, brno.take(contact=contact).token)
    assert all(each in bytes_of_files() for each in words)
    assert database.scrub()
    assert all(each in bytes_of_files() for each in words)
    assert erase_due(brno.context) == 40
    assert database.scrub()
    found = bytes_of_files()
    # Not even a part of it.
    assert not any(each[place : place + 24] in found for each in words for place in range(20, len(each) - 24, 24))
    database.dispose()


CALM = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)  # fmt: skip
NUMBERS = count(1)


@pytest.fixture(scope="module")
def records(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database for all examples: each has a branch of its own."""
    path = tmp_path_factory.mktemp("contacts") / "queue.sqlite3"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    with database.writer.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
    yield database
    database.dispose()


class AskingOffice(Office):
    """A branch in which every visitor leaves a name."""

    def _take(self, pick: Pick) -> None:
        if not self.setup.privacy.ask_name:
            change_privacy(self.context, self.slug, ask_name=True, erase_after_hours=5)
        taken = take_ticket(
            self.context,
            self._brno.forecasts,
            self.slug,
            TakeTicket(pick.of(("ids", "cash")), contact=sealed(Contact("Jana"))),
        )
        self._tokens[taken.ticket.id] = taken.token


@CALM
@given(courses(60))
def test_whatever_happens_it_is_due_exactly_when_the_visit_is_over(records: Database, course: Course) -> None:
    office = AskingOffice(records, f"contacts-{next(NUMBERS)}", course)
    ticket, contact = Ticket.__table__.c, VisitorContact.__table__.c
    with records.reading() as connection:
        rows = connection.execute(
            select(ticket.ended_at, contact.erase_at)
            .join_from(VisitorContact.__table__, Ticket.__table__, ticket.id == contact.ticket_id)
            .where(contact.branch_id == office.setup.id)
        ).all()
    for row in rows:
        assert row.erase_at == (None if row.ended_at is None else row.ended_at + timedelta(hours=5))


ERASING = """
import sys
from queue_app.clock import SimulatedClock
from queue_app.operations import contacts
from queue_app.operations.unit_of_work import Context
from queue_app.store.session import Database
from datetime import datetime
contacts.ERASED_AT_ONCE = 1
context = Context(Database(sys.argv[1]), SimulatedClock(datetime.fromisoformat(sys.argv[2])))
print("ready", flush=True)
contacts.erase_due(context)
"""


def test_erasing_that_is_killed_is_done_by_the_next_process(
    asking: Brno, clock: SimulatedClock, database_url: str
) -> None:
    for _ in range(60):
        serve.cancel(asking.context, asking.take(contact=sealed()).token)
    waiting = asking.take(contact=sealed())
    clock.advance(hours=3)
    process = subprocess.Popen(
        [sys.executable, "-c", ERASING, database_url, clock.now().isoformat()], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    while number_of(asking.context, VisitorContact) > 50:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    left = number_of(asking.context, VisitorContact)
    assert 1 <= left <= 50
    assert erase_due(asking.context) == left - 1
    with asking.context.database.reading() as connection:
        assert connection.execute(select(VisitorContact.ticket_id)).scalars().all() == [waiting.ticket.id]
    assert problems(asking.context) == []
