"""The feed: whoever follows it by revision has in the end what the reports have, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from queue_app.domain.errors import QueueError
from queue_app.operations import serve
from queue_app.operations.close_day import close_day
from queue_app.operations.undo import undo
from tests.factories import Brno
from tests.web.callers import Api, assert_refused

ApiOf = Callable[..., Api]


class Copy:
    """A program that keeps a copy of the tickets."""

    def __init__(self, api: Api) -> None:
        """Begin with nothing."""
        self.api = api
        self.since = 0
        self.tickets: dict[int, list[dict[str, Any]]] = {}

    def follow(self, limit: int) -> bool:
        """Take one page; return whether there is more."""
        answer = self.api.get(f"/branches/brno/feed/tickets?since={self.since}&limit={limit}")
        assert answer.status_code == 200, answer.text
        page = answer.json
        assert page["next"] >= self.since
        fresh: dict[int, list[dict[str, Any]]] = {}
        for row in page["rows"]:
            fresh.setdefault(row["ticket"], []).append(row)
        self.tickets |= fresh
        self.since = page["next"]
        return bool(page["more"])

    def catch_up(self, limit: int = 3) -> None:
        """Take all there is."""
        while self.follow(limit):
            pass

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows in order."""
        return [row for ticket in sorted(self.tickets) for row in self.tickets[ticket]]


def reported(api: Api, name: str) -> list[dict[str, Any]]:
    """Return all rows as the report has them."""
    answer = api.get(f"/branches/brno/reports/{name}?from=2026-03-01&to=2026-03-09&limit=10000")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["rows"]
    return rows


def something(brno: Brno, chance: random.Random, index: int) -> None:
    """Do something at a counter, or nothing where it cannot be done."""
    acts: list[Callable[[], Any]] = [
        lambda: brno.take(chance.choice(("ids", "driving", "cash"))),
        lambda: brno.next(index),
        lambda: serve.finish(brno.context, brno.counters[index], (brno.alena, brno.bohdan)[index % 2]),
        lambda: serve.no_show(brno.context, brno.counters[index], (brno.alena, brno.bohdan)[index % 2]),
        lambda: undo(brno.context, brno.counters[index], (brno.alena, brno.bohdan)[index % 2]),
    ]
    with contextlib.suppress(QueueError):
        chance.choice(acts)()


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_has_in_the_end_what_the_reports_have(brno: Brno, api_of: ApiOf, seed: int) -> None:
    chance = random.Random(seed)
    copy = Copy(api_of("reports", branch="brno"))
    brno.open(0)
    brno.open(1)
    for _ in range(60):
        something(brno, chance, chance.randrange(2))
        if chance.random() < 0.3:
            copy.follow(chance.randrange(1, 6))
    close_day(brno.context, "brno")
    copy.catch_up()
    assert copy.rows() == reported(copy.api, "tickets")
    assert copy.rows()
    before = copy.since
    assert not copy.follow(5)
    assert copy.since == before


def test_nothing_is_missed_while_others_write(brno: Brno, api_of: ApiOf) -> None:
    copy = Copy(api_of("reports", branch="brno"))
    brno.open(0)
    brno.open(1)

    def work(index: int) -> None:
        chance = random.Random(index)
        for _ in range(40):
            something(brno, chance, index)

    threads = [threading.Thread(target=work, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        copy.follow(4)
    copy.catch_up()
    assert copy.rows() == reported(copy.api, "tickets")


def test_events_come_in_order_and_each_once(brno: Brno, api_of: ApiOf) -> None:
    api = api_of("reports", branch="brno")
    chance = random.Random(7)
    brno.open(0)
    brno.open(1)
    for _ in range(30):
        something(brno, chance, chance.randrange(2))
    found: list[dict[str, Any]] = []
    since, more = 0, True
    while more:
        page = api.get(f"/branches/brno/feed/events?since={since}&limit=4").json
        found += page["rows"]
        since, more = page["next"], page["more"]
    assert [row["revision"] for row in found] == list(range(1, since + 1))
    assert found == reported(api, "events")


@pytest.mark.parametrize("table", ["tickets", "events"])
def test_csv_has_the_same_rows_and_says_where_to_go_on(brno: Brno, api_of: ApiOf, table: str) -> None:
    api = api_of("reports", branch="brno")
    brno.open()
    for _ in range(5):
        brno.take()
    brno.next()
    asked = f"/branches/brno/feed/{table}?since=2&limit=3"
    page, answer = api.get(asked).json, api.get(f"{asked}&format=csv")
    assert answer.mimetype == "text/csv"
    assert (answer.headers["X-Next-Since"], answer.headers["X-More"]) == (str(page["next"]), "yes")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows == [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in page["rows"]]
    assert rows
    assert api.get(f"{asked}&format=csv&bom=yes").text.startswith("\ufeff")


def test_clerks_are_named_only_to_whom_the_policy_names(brno: Brno, api_of: ApiOf) -> None:
    brno.open()
    brno.take()
    brno.next()
    api = api_of("reports", branch="brno")
    for table in ("tickets", "events"):
        rows = api.get(f"/branches/brno/feed/{table}").json["rows"]
        assert {row["clerk"] for row in rows} == {""}
    manager = api_of("manager", branch="brno")
    assert manager.call("PUT", "/branches/brno/reporting", json={"clerk_figures": ["programs"]}).status_code == 200
    for table in ("tickets", "events"):
        rows = api.get(f"/branches/brno/feed/{table}").json["rows"]
        assert "Alena" in {row["clerk"] for row in rows}


def test_what_cannot_be_asked(api_of: ApiOf) -> None:
    api = api_of("reports", branch="brno")
    assert_refused(api.get("/branches/brno/feed/people"), 404, "unknown_report")
    assert_refused(api.get("/branches/nowhere/feed/tickets"), 404, "unknown_branch")
    for asked in ("since=-1", "since=x", "limit=0", "limit=10001", "format=xlsx"):
        assert_refused(api.get(f"/branches/brno/feed/tickets?{asked}"), 422, "invalid_value")
