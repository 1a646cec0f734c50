"""Whoever sits at a desk may give out a number late in the day; a kiosk that calls itself a desk may not."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, BranchState
from tests.factories import Brno
from tests.web.callers import Api


def test_only_a_desk_gives_out_a_number_late_in_the_day(
    api_of: Callable[..., Api], brno: Brno, context: Context
) -> None:
    hours = {"opening_hours": {"wed": [["08:00", "09:05"]]}, "calendar": {"last_ticket": {"minutes": 10}}}
    with context.database.writing() as connection:
        connection.execute(update(Branch).values(**hours))
        connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))
    for scope, channel, status in (
        ("kiosk", "kiosk", 409),
        ("kiosk", "staff", 409),
        ("desk", "web", 409),
        ("desk", "staff", 201),
    ):
        answer = api_of(scope).post("/branches/brno/tickets", {"service": "ids", "channel": channel})
        assert answer.status_code == status, (scope, channel)
        if status == 409:
            assert answer.json["error"]["code"] == "too_late_today"
            assert answer.json["error"]["details"]["closes_at"] == "2026-03-04T08:05:00.000Z"
