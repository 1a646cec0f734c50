"""Reads how a branch is set up, whole, into the domain's immutable form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from queue_app.domain.branch import (
    BranchSetup,
    CounterSetup,
    KioskSetup,
    ProfileSetup,
    ScreenSetup,
    ServiceSetup,
)
from queue_app.domain.calendar import check_calendar
from queue_app.domain.desk import check_desk, check_outcomes
from queue_app.domain.privacy import check_privacy
from queue_app.domain.profile_checks import check_rules
from queue_app.domain.profiles import BranchRules, Manner, Profile, ServiceTerms
from queue_app.domain.reporting import check_reporting
from queue_app.domain.screen_layout import stored_layout
from queue_app.store.models import (
    Branch,
    BranchState,
    Counter,
    CounterSession,
    Kiosk,
    Leg,
    PrinterRow,
    Screen,
    Service,
    Ticket,
    WorkProfile,
)
from queue_app.store.public_holidays import holiday_names


def branch_slugs(connection: Connection) -> dict[int, str]:
    """Return every branch's slug by its id, in the order they were made."""
    return {row.id: row.slug for row in connection.execute(select(Branch.id, Branch.slug).order_by(Branch.id))}


def load_setup(connection: Connection, slug: str, *, former: bool = False) -> BranchSetup | None:
    """Return the branch called `slug` with its services, counters, profiles, devices and printers; None where unknown.

    With `former`, also the services and counters that it had once: the past is told by their names.
    """
    branch = connection.execute(
        select(Branch.__table__, BranchState.settings_revision)
        .join(BranchState, BranchState.branch_id == Branch.id)
        .where(Branch.slug == slug)
    ).one_or_none()
    if branch is None:
        return None

    def rows(model: Any, *order: Any) -> list[Any]:
        return list(connection.execute(select(model.__table__).where(model.branch_id == branch.id).order_by(*order)))

    rules = check_rules(branch.rules)
    services = rows(Service, Service.position, Service.id)
    counters = rows(Counter, Counter.position, Counter.id)
    waited_for = set() if former or all(row.active for row in services) else _waited_for(connection, branch.id)
    staffed = set() if former or all(row.active for row in counters) else _staffed(connection, branch.id)
    setup = BranchSetup(
        id=branch.id,
        slug=branch.slug,
        name=branch.name,
        time_zone=branch.time_zone,
        cut_over_hour=branch.cut_over_hour,
        languages=tuple(branch.languages),
        opening_hours=branch.opening_hours,
        finish_on_next=branch.finish_on_next,
        confirm_arrival=branch.confirm_arrival,
        target_wait_seconds=branch.target_wait_seconds,
        accent_colour=branch.accent_colour,
        open_devices=branch.open_devices,
        day_ends_by_itself=branch.day_ends_by_itself,
        notice=branch.notice,
        other_channels=branch.other_channels,
        settings_revision=branch.settings_revision,
        services=tuple(_service(row, branch.target_wait_seconds) for row in services if row.active or former),
        retired_services=tuple(
            _service(row, branch.target_wait_seconds) for row in services if not row.active and row.id in waited_for
        ),
        counters=tuple(CounterSetup(row.id, row.name, row.profile_id) for row in counters if row.active or former),
        leaving_counters=tuple(
            CounterSetup(row.id, row.name, row.profile_id) for row in counters if not row.active and row.id in staffed
        ),
        profiles=(),
        kiosks=tuple(KioskSetup(row.id, row.name, row.printer_id) for row in rows(Kiosk, Kiosk.id)),
        printers={row.id: row.name for row in rows(PrinterRow, PrinterRow.id) if row.enabled},
        rules=rules,
        desk=check_desk(branch.desk),
        reporting=check_reporting(branch.reporting),
        calendar=branch.calendar,
        menu=branch.menu,
        branding=branch.branding,
        privacy=check_privacy(branch.privacy),
        follows=branch.follows,
        holiday_names=holiday_names(check_calendar(branch.calendar), branch.languages),
    )
    profiles = tuple(
        ProfileSetup(row.id, row.name, setup.filled(_profile(row, rules))) for row in rows(WorkProfile, WorkProfile.id)
    )
    screens = tuple(ScreenSetup(row.id, row.name, stored_layout(row.layout, setup)) for row in rows(Screen, Screen.id))
    return replace(setup, profiles=profiles, screens=screens)


def _waited_for(connection: Connection, branch_id: int) -> set[int]:
    """Return the ids of the services that somebody of today waits for, came for, will go on to, or could be sent back to."""
    today = (
        select(Leg.service_id, Ticket.next_services)
        .join(Ticket, Ticket.id == Leg.ticket_id)
        .join(BranchState, BranchState.branch_id == Ticket.branch_id)
        .where(Ticket.branch_id == branch_id, Ticket.business_date == BranchState.business_date)
    )
    found: set[int] = set()
    for row in connection.execute(today):
        found |= {row.service_id, *row.next_services}
    return found


def _staffed(connection: Connection, branch_id: int) -> set[int]:
    """Return the ids of the counters at which somebody sits."""
    sessions = select(CounterSession.counter_id)
    return set(
        connection.execute(
            sessions.where(CounterSession.branch_id == branch_id, CounterSession.closed_at.is_(None))
        ).scalars()
    )


def _profile(row: Any, rules: BranchRules) -> Profile:
    return Profile(tuple(ServiceTerms(**terms) for terms in row.terms), Manner(row.manner), rules)


def _service(row: Any, branch_target_seconds: int) -> ServiceSetup:
    return ServiceSetup(
        id=row.id,
        slug=row.slug,
        series=row.series,
        name=row.name,
        position=row.position,
        intake_open=row.intake_open,
        opening_hours=row.opening_hours,
        daily_quota=row.daily_quota,
        first_number=row.first_number,
        digits=row.digits,
        target_wait_seconds=row.target_wait_seconds or branch_target_seconds,
        expected_service_seconds=row.expected_service_seconds,
        bring=row.bring,
        longest_wait_minutes=row.longest_wait_minutes,
        outcomes=check_outcomes(row.outcomes),
        last_number=row.last_number,
        conditions=row.conditions,
        instead=row.instead,
        season=row.season,
        active=row.active,
    )
