"""A device is let in by a code that somebody enters: once, in time, and never by guessing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import devices, pairing
from queue_app.operations.pairing import ALPHABET, MOST_OPEN, Wish
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import ApiToken, Base, Kiosk, Pairing, Screen
from queue_app.store.people import find_token, hash_token
from tests.factories import Brno, create_brno


@contextmanager
def refused(code: str, **details: Any) -> Iterator[None]:
    """Fail unless the block is refused with this code and these details."""
    with pytest.raises(QueueError) as error:
        yield
    assert error.value.code == code
    assert details.items() <= error.value.details.items()


def count(context: Context, model: type[Base]) -> int:
    """Return how many rows a table has."""
    with context.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(model)).scalar_one()


def holder_of(context: Context, secret: str) -> Any:
    """Return whom a secret lets in."""
    with context.database.reading() as connection:
        return find_token(connection, hash_token(secret), context.clock.now())


def test_a_code_is_easy_to_read_and_its_secret_is_the_token_once_it_was_entered(brno: Brno, context: Context) -> None:
    asked = pairing.ask(context, "display")
    assert re.fullmatch(f"[{ALPHABET}]{{3}} [{ALPHABET}]{{3}}", asked.code)
    assert set(ALPHABET).isdisjoint("0OQ1IL2Z5S8BU")
    assert pairing.state_of(context, asked.secret) == ("waiting", None, "display")
    assert holder_of(context, asked.secret) is None
    typed = f" {asked.code.lower().replace(' ', '-')} "
    paired = pairing.pair(context, "brno", Wish(typed, "  Hall   left "))
    assert (paired.kind, paired.name) == ("display", "Hall left")
    assert pairing.state_of(context, asked.secret) == ("paired", "brno", "display")
    holder = holder_of(context, asked.secret)
    assert (holder.name, holder.scopes, holder.branch_id) == ("Hall left", {"display"}, brno.branch_id)
    assert (holder.screen_id, holder.kiosk_id) == (paired.id, None)
    assert [(screen.id, screen.name) for screen in context.setup("brno").screens] == [(paired.id, "Hall left")]
    with refused("unknown_code"):
        pairing.pair(context, "brno", Wish(asked.code, "Hall right"))


def test_a_kiosk_is_paired_as_a_kiosk_and_as_nothing_else(brno: Brno, context: Context) -> None:
    asked = pairing.ask(context, "kiosk")
    with refused("invalid_value", field="screen_id"):
        pairing.pair(context, "brno", Wish(asked.code, "Door", screen_id=1))
    paired = pairing.pair(context, "brno", Wish(asked.code, "Door"))
    holder = holder_of(context, asked.secret)
    assert (holder.scopes, holder.kiosk_id, holder.screen_id) == ({"kiosk"}, paired.id, None)
    assert [kiosk.name for kiosk in context.setup("brno").kiosks] == ["Kiosk", "Door"]


def test_a_code_holds_for_ten_minutes_and_is_then_free(brno: Brno, context: Context, clock: SimulatedClock) -> None:
    asked = pairing.ask(context, "display")
    assert (asked.expires_at - clock.now()).total_seconds() == 600
    clock.advance(minutes=10)
    assert pairing.state_of(context, asked.secret) == ("expired", None, "display")
    with refused("unknown_code"):
        pairing.pair(context, "brno", Wish(asked.code, "Hall"))
    pairing.ask(context, "display")
    assert pairing.state_of(context, asked.secret) == ("expired", None, None)
    assert count(context, Pairing) == 1


def test_whoever_has_not_asked_has_expired(brno: Brno, context: Context) -> None:
    assert pairing.state_of(context, "x" * 43) == ("expired", None, None)
    with refused("unknown_code"):
        pairing.pair(context, "brno", Wish("AAA AAA", "Hall"))


def test_a_refused_pairing_changes_nothing_and_the_code_still_holds(brno: Brno, context: Context) -> None:
    ostrava = create_brno(context, "ostrava")
    pairing.pair(context, "brno", Wish(pairing.ask(context, "display").code, "Hall"))
    asked = pairing.ask(context, "display")
    before = context.setup("brno").settings_revision, count(context, ApiToken)
    for wish, code in (
        (Wish(asked.code), "invalid_value"),
        (Wish(asked.code, "  "), "invalid_value"),
        (Wish(asked.code, "x" * 81), "invalid_value"),
        (Wish(asked.code, "a\0b"), "invalid_value"),
        (Wish(asked.code, "Hall"), "name_taken"),
        (Wish(asked.code, "Left", screen_id=99), "unknown_screen"),
        (Wish(asked.code, kiosk_id=1), "invalid_value"),
    ):
        with refused(code):
            pairing.pair(context, "brno", wish)
    with refused("unknown_screen"):  # the screen is another branch's
        pairing.pair(context, "ostrava", Wish(asked.code, screen_id=1))
    with refused("unknown_branch"):
        pairing.pair(context, "nowhere", Wish(asked.code, "Left"))
    assert (context.reload("brno").settings_revision, count(context, ApiToken)) == before
    assert pairing.state_of(context, asked.secret)[0] == "waiting"
    assert pairing.pair(context, "ostrava", Wish(asked.code, "Hall")).name == "Hall"
    assert ostrava.branch_id == context.setup("ostrava").id


def test_a_new_machine_takes_the_place_of_the_old_one(brno: Brno, context: Context) -> None:
    old, new = pairing.ask(context, "display"), pairing.ask(context, "display")
    first = pairing.pair(context, "brno", Wish(old.code, "Hall"))
    second = pairing.pair(context, "brno", Wish(new.code, "Big hall", screen_id=first.id))
    assert (second.id, second.name) == (first.id, "Big hall")
    assert holder_of(context, old.secret) is None
    assert holder_of(context, new.secret).screen_id == first.id
    assert count(context, Screen) == 1


def test_too_many_open_codes_are_refused_until_some_are_too_old(
    brno: Brno, context: Context, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(ALPHABET) ** 6 / MOST_OPEN > 500_000
    monkeypatch.setattr(pairing, "MOST_OPEN", 3)
    for _ in range(3):
        pairing.ask(context, "display")
    clock.advance(minutes=4)
    with refused("too_many_requests", retry_after_seconds=360):
        pairing.ask(context, "kiosk")
    clock.advance(minutes=6)
    assert pairing.ask(context, "kiosk").code


def test_two_devices_never_show_the_same_code(brno: Brno, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("AAAAAAAAAAAACCCCCC")
    monkeypatch.setattr(pairing.secrets, "choice", lambda _: next(letters))
    assert [pairing.ask(context, "display").code for _ in range(2)] == ["AAA AAA", "CCC CCC"]


def test_of_two_who_enter_the_same_code_at_once_one_pairs_it(brno: Brno, context: Context) -> None:
    create_brno(context, "ostrava")
    for turn in range(6):
        done = enter_at_once(context, pairing.ask(context, "display").code, turn)
        assert sorted(done)[1:] == ["unknown_code"] * 3, done
        assert count(context, Screen) == count(context, ApiToken) == turn + 1


def enter_at_once(context: Context, code: str, turn: int) -> list[str]:
    """Let four people enter a code in the same moment and return what each was told."""
    done: list[str] = []
    start = threading.Barrier(4)

    def enter(branch: str, name: str) -> None:
        start.wait()
        try:
            done.append(f"{pairing.pair(context, branch, Wish(code, name)).name} in {branch}")
        except QueueError as error:
            done.append(error.code)

    people = [(branch, f"{person} {turn}") for branch in ("brno", "ostrava") for person in ("Marta", "Alena")]
    threads = [threading.Thread(target=enter, args=each) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return done


def test_a_device_is_shut_out_renamed_and_taken_away(brno: Brno, context: Context) -> None:
    asked = [pairing.ask(context, kind) for kind in ("display", "kiosk")]
    screen, kiosk = (pairing.pair(context, "brno", Wish(each.code, each.code)) for each in asked)
    for device, unknown in ((screen, "unknown_screen"), (kiosk, "unknown_kiosk")):
        devices.change_device(context, "brno", device.kind, device.id, {"name": "Other"})
        with refused("invalid_value", field="name"):
            devices.change_device(context, "brno", device.kind, device.id, {"name": " "})
        with refused(unknown):
            devices.change_device(context, "brno", device.kind, 99, {"name": "Other"})
        assert devices.revoke_device(context, "brno", device.kind, device.id) == 1
        assert devices.revoke_device(context, "brno", device.kind, device.id) == 0
        devices.remove_device(context, "brno", device.kind, device.id)
        with refused(unknown):
            devices.remove_device(context, "brno", device.kind, device.id)
    assert [holder_of(context, each.secret) for each in asked] == [None, None]
    assert [pairing.state_of(context, each.secret)[0] for each in asked] == ["expired", "expired"]
    assert (count(context, Screen), count(context, Kiosk)) == (0, 1)
    with refused("name_taken"):
        devices.change_device(
            context, "brno", "kiosk",
            pairing.pair(context, "brno", Wish(pairing.ask(context, "kiosk").code, "Door")).id, {"name": "Kiosk"},
        )  # fmt: skip


def test_a_layout_is_kept_whole_or_not_at_all(brno: Brno, context: Context) -> None:
    screen = pairing.pair(context, "brno", Wish(pairing.ask(context, "display").code, "Hall"))
    devices.change_device(context, "brno", "display", screen.id, {"layout": {"kind": "counter", "counter": "2"}})
    with refused("invalid_value", field="zone.services[0]"):
        wrong = {"name": "Cash", "layout": {"zone": {"services": ["passports"]}}}
        devices.change_device(context, "brno", "display", screen.id, wrong)
    found = context.setup("brno").screen(screen.id)
    assert (found.name, str(found.layout.kind), found.layout.counter) == ("Hall", "counter", "2")
    devices.change_device(context, "brno", "display", screen.id, {"layout": None})
    assert context.setup("brno").screen(screen.id).layout.kind == "calls"
