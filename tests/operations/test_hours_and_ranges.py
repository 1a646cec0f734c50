"""When a number is refused: hours, breaks, holidays, seasons, ranges, messages in place of a number, too late in the day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, update

from queue_app.clock import SimulatedClock
from queue_app.domain.calendar import check_calendar
from queue_app.domain.errors import QueueError
from queue_app.operations import desk_actions, views
from queue_app.operations.close_day import close_day_if_over, is_over
from queue_app.operations.counters import open_counter
from queue_app.operations.delivery import Lobbies
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, BranchState, Service
from queue_app.store.public_holidays import check_country, countries, holiday_names
from tests.factories import Brno

PRAGUE = ZoneInfo("Europe/Prague")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def local(*parts: int) -> datetime:
    """Return a local time of Brno."""
    return datetime(*parts, tzinfo=PRAGUE)  # type: ignore[arg-type, misc]


def change(brno: Brno, service: str | None = None, **columns: Any) -> None:
    """Set the branch, or one of its services, up differently."""
    with brno.context.database.writing() as connection:
        which = update(Branch) if service is None else update(Service).where(Service.slug == service)
        connection.execute(which.values(**columns))
        connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))
    brno.context.reload("brno")


def refusal(brno: Brno, service: str = "ids", **wish: Any) -> tuple[str, dict[str, Any]]:
    """Return the code and the details with which a number is refused."""
    with pytest.raises(QueueError) as refused:
        brno.take(service, **wish)
    return refused.value.code, refused.value.details


def shown(brno: Brno, service: str = "ids") -> dict[str, Any]:
    """Return what visitors are shown of a service."""
    view = views.branch_view(brno.context, brno.forecasts, "brno")
    return next(each for each in view["services"] if each["id"] == service)


def test_a_holiday_gives_no_number_and_its_name_is_told(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, opening_hours=WEEK, calendar={"holidays": {"country": "CZ"}})
    clock.set(local(2026, 5, 1, 10, 0))
    code, details = refusal(brno)
    assert (code, details["reason"], details["opens_at"]) == ("branch_closed", "holiday", local(2026, 5, 4, 8, 0))
    view = views.branch_view(brno.context, brno.forecasts, "brno")
    assert (view["open"], view["reason"], view["reason_name"]["cs"]) == (False, "holiday", "Svátek práce")
    assert [(days["from"], days["kind"]) for days in view["special_days"]] == [
        ("2026-05-01", "holiday"),
        ("2026-05-08", "holiday"),
    ]
    assert view["today"] == []


def test_a_break_gives_no_number_and_ends(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, opening_hours=WEEK)
    clock.set(local(2026, 3, 4, 12, 30))
    code, details = refusal(brno)
    assert (code, details["reason"], details["opens_at"]) == ("branch_closed", "break", local(2026, 3, 4, 13, 0))
    clock.set(local(2026, 3, 4, 13, 0))
    assert brno.take().ticket.label == "A001"


def test_a_season_gives_numbers_only_while_it_lasts(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, "ids", season={"from": "03-05", "to": "03-06", "weekdays": None})
    code, details = refusal(brno)
    assert (code, details["reason"]) == ("service_closed", "season")
    assert details["opens_at"] == local(2026, 3, 5, 0, 0)
    clock.set(local(2026, 3, 5, 9, 0))
    assert brno.take().ticket.label == "A001"


def test_a_range_of_numbers_ends_and_none_is_given_twice(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, "ids", first_number=98, last_number=99)
    assert [brno.take().ticket.label for _ in range(2)] == ["A098", "A099"]
    assert refusal(brno) == ("quota_reached", {"service": "ids", "last_number": 99})
    assert (shown(brno)["state"], shown(brno)["reason"]) == ("quota_reached", "numbers")
    counter = brno.open()
    with pytest.raises(QueueError, match=r"^quota_reached"):
        desk_actions.serve_without_ticket(brno.context, counter, brno.alena, "ids")
    assert brno.take("driving").ticket.label == "B001"
    clock.set(local(2026, 3, 5, 9, 0))
    assert brno.take().ticket.label == "A098"


def test_a_message_stands_in_place_of_a_number_for_everybody(brno: Brno) -> None:
    message = {"cs": "Vyřídíte na webu."}
    change(brno, "ids", instead=message)
    for channel in ("kiosk", "staff", "web", "phone", "api"):
        assert refusal(brno, channel=channel) == ("service_elsewhere", {"service": "ids", "instead": message})
    assert (shown(brno)["state"], shown(brno)["reason"], shown(brno)["instead"]) == ("closed", "instead", message)


def test_no_number_a_set_time_before_closing_but_at_a_desk_and_who_has_one_is_served(
    brno: Brno, clock: SimulatedClock
) -> None:
    change(brno, opening_hours=WEEK, calendar={"last_ticket": {"minutes": 10}})
    clock.set(local(2026, 3, 4, 16, 49))
    brno.take()
    clock.set(local(2026, 3, 4, 16, 50))
    code, details = refusal(brno)
    assert (code, details["closes_at"]) == ("too_late_today", local(2026, 3, 4, 17, 0))
    assert refusal(brno, channel="staff")[0] == "too_late_today"
    assert (shown(brno)["state"], shown(brno)["reason"]) == ("closed", "too_late")
    assert shown(brno)["opens_at"] == "2026-03-05T07:00:00.000Z"
    assert brno.take(channel="staff", late_allowed=True).ticket.label == "A002"
    clock.set(local(2026, 3, 4, 17, 30))
    brno.open()
    assert [brno.next().ticket.label, brno.next().ticket.label] == ["A001", "A002"]


def test_no_number_for_who_would_still_wait_at_closing_time(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, opening_hours=WEEK, calendar={"last_ticket": {"minutes": None, "expected_wait": True}})
    change(brno, "ids", expected_service_seconds=600)
    clock.set(local(2026, 3, 4, 16, 0))
    open_counter(brno.context, brno.counters[0], brno.alena)
    taken = 0
    while taken < 20:
        try:
            brno.take()
        except QueueError as error:
            assert error.code == "too_late_today"
            assert error.details["forecast"]["high_seconds"] > 3600
            break
        taken += 1
    assert 5 <= taken <= 8  # ten minutes each, one counter, one hour
    assert brno.take("driving").ticket.label == "B001"


def test_the_same_request_is_still_answered_when_it_is_too_late(brno: Brno, clock: SimulatedClock) -> None:
    change(brno, opening_hours=WEEK, calendar={"last_ticket": {"minutes": 10}})
    clock.set(local(2026, 3, 4, 16, 40))
    first = brno.take(request_id="one touch")
    clock.set(local(2026, 3, 4, 16, 55))
    assert brno.take(request_id="one touch").ticket == first.ticket


def test_the_usual_number_asks_the_database_nothing_more(brno: Brno, clock: SimulatedClock) -> None:
    def statements() -> int:
        brno.forecasts.refresh(brno.context.setup("brno"))
        seen: list[str] = []
        engine = brno.context.database.writer
        listen = lambda *told: seen.append(told[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        brno.take()
        event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    brno.take()
    plain = statements()
    change(
        brno,
        opening_hours=WEEK,
        calendar={"holidays": {"country": "CZ"}, "last_ticket": {"minutes": 5, "expected_wait": True}},
    )
    change(brno, "ids", season={"from": "01-01", "to": None, "weekdays": None}, last_number=500)
    brno.take()
    assert statements() == plain


def test_the_day_ends_by_itself_at_the_cut_over_whatever_the_hours(
    brno: Brno, clock: SimulatedClock, context: Context
) -> None:
    change(brno, opening_hours=WEEK, calendar={"holidays": {"country": "CZ"}})
    clock.set(local(2026, 4, 2, 16, 0))
    brno.take(), brno.open()
    clock.set(local(2026, 4, 3, 2, 59))  # Good Friday, before the cut-over
    assert not is_over(context, "brno")
    desk = views.desk_view(context, Lobbies(context), brno.counters[0], None, "en")
    assert desk["day_ends_at"] == "2026-04-03T01:00:00.000Z"
    clock.set(local(2026, 4, 3, 3, 0))
    assert is_over(context, "brno")
    closed = close_day_if_over(context, "brno")
    assert closed is not None and (closed.expired, closed.counters_closed) == (1, 1)


@pytest.mark.parametrize("country", ["CZ", "SK", "PL", "HU", "GB", "DE", "US"])
def test_every_holiday_has_a_name_in_the_countrys_own_language(country: str) -> None:
    names = holiday_names(check_calendar({"holidays": {"country": country}}), ["cs", "en", "sk", "pl", "hu"])
    assert names is not None
    new_year = names(date(2027, 1, 1))
    assert new_year and all(new_year.values()) and "en" in new_year
    own = {"CZ": "cs", "SK": "sk", "PL": "pl", "HU": "hu", "DE": "de"}.get(country, "en")
    assert next(iter(new_year)) == own


def test_a_country_that_is_not_known_is_refused_by_name() -> None:
    for holidays, field in (
        ({"country": "XX"}, "holidays.country"),
        ({"country": "DE", "subdivision": "XX"}, "holidays.subdivision"),
    ):
        with pytest.raises(QueueError) as refused:
            check_country(check_calendar({"holidays": holidays}))
        assert refused.value.details["field"] == field
    check_country(check_calendar({"holidays": {"country": "DE", "subdivision": "BY"}}))
    assert {"CZ", "SK", "PL", "HU"} <= countries().keys()
