"""The tables. What must never happen twice is forbidden by a unique index as well as by the operations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from queue_app.store.types import Identifier, UtcTime

Texts = dict[str, str]
"""What a manager typed, by language; shown with a fallback to the branch's default language."""


class Base(DeclarativeBase):
    """The common root of all tables."""

    type_annotation_map = {
        str: Text(),
        datetime: UtcTime(),
        Texts: JSON(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
        list[Any]: JSON(),
    }


def _key() -> Mapped[int]:
    return mapped_column(Identifier, primary_key=True)


def _link(target: str, **options: Any) -> Any:
    return mapped_column(Identifier, ForeignKey(target), **options)


class Branch(Base):
    """One site with a lobby: its zone, languages, hours and promises."""

    __tablename__ = "branch"
    id: Mapped[int] = _key()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    time_zone: Mapped[str]
    cut_over_hour: Mapped[int] = mapped_column(default=3)
    languages: Mapped[list[str]]
    opening_hours: Mapped[dict[str, Any] | None]
    finish_on_next: Mapped[bool] = mapped_column(default=True)
    confirm_arrival: Mapped[bool] = mapped_column(default=False)
    target_wait_seconds: Mapped[int] = mapped_column(default=900)
    accent_colour: Mapped[str] = mapped_column(default="#0b5d4e")
    open_devices: Mapped[bool] = mapped_column(default=False)
    day_ends_by_itself: Mapped[bool] = mapped_column(default=True)
    notice: Mapped[Texts] = mapped_column(default=dict)
    other_channels: Mapped[Texts] = mapped_column(default=dict)
    slip_layout: Mapped[list[Any] | None]
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    desk: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reporting: Mapped[dict[str, Any]] = mapped_column(default=dict)
    calendar: Mapped[dict[str, Any]] = mapped_column(default=dict)
    menu: Mapped[list[Any]] = mapped_column(default=list)
    branding: Mapped[dict[str, Any]] = mapped_column(default=dict)
    privacy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    follows: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]


class BranchLogo(Base):
    """The picture on a branch's slips, apart from `branch`, which is read whole with every change of the settings."""

    __tablename__ = "branch_logo"
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    png: Mapped[bytes]


class BranchState(Base):
    """The one row of a branch that every operation locks: its revision, its business date, its settings' revision.

    Apart from `branch`, because it changes with every event and a narrow row is cheap to write again. Of business dates before
    `figures_only_before` only the figures are left (`day_facts`): their tickets were forgotten.
    """

    __tablename__ = "branch_state"
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    settings_revision: Mapped[int] = mapped_column(BigInteger, default=0)
    business_date: Mapped[date] = mapped_column(Date)
    figures_only_before: Mapped[date | None] = mapped_column(Date)


class Service(Base):
    """What a visitor comes for."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("branch_id", "slug"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    slug: Mapped[str]
    series: Mapped[str]
    name: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    intake_open: Mapped[bool] = mapped_column(default=True)
    opening_hours: Mapped[dict[str, Any] | None]
    daily_quota: Mapped[int | None]
    first_number: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int | None]
    digits: Mapped[int] = mapped_column(default=3)
    target_wait_seconds: Mapped[int | None]
    expected_service_seconds: Mapped[int] = mapped_column(default=300)
    bring: Mapped[Texts] = mapped_column(default=dict)
    conditions: Mapped[Texts] = mapped_column(default=dict)
    instead: Mapped[Texts] = mapped_column(default=dict)
    season: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    slip_text: Mapped[Texts] = mapped_column(default=dict)
    longest_wait_minutes: Mapped[int | None]
    outcomes: Mapped[list[Any]] = mapped_column(default=list)


class WorkProfile(Base):
    """Which services a counter takes, and in which manner it chooses between them (`domain.profiles`).

    `terms` is a list of `{"service_id", "weight"?, "target_minutes"?, "longest_wait_minutes"?}`, in the profile's order.
    """

    __tablename__ = "work_profile"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    manner: Mapped[str] = mapped_column(default="first_come")
    terms: Mapped[list[Any]]


class Counter(Base):
    """A desk that can be called to."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    profile_id: Mapped[int | None] = _link("work_profile.id", nullable=True)


class User(Base):
    """A person who signs in.

    The hash of the password is empty where they sign in elsewhere only, by `oidc_issuer` and `oidc_subject`. `totp_secret` is
    encrypted; `totp_last_step` is the last time step that was used, so that no code is good twice.
    """

    __tablename__ = "user_account"
    __table_args__ = (Index("ux_user_account_oidc", "oidc_issuer", "oidc_subject", unique=True),)
    id: Mapped[int] = _key()
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    languages: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    created_at: Mapped[datetime]


class UserRole(Base):
    """What a person may do in a branch, or everywhere where `branch_id` is empty; and their own work profile there."""

    __tablename__ = "user_role"
    id: Mapped[int] = _key()
    user_id: Mapped[int] = _link("user_account.id", index=True)
    branch_id: Mapped[int | None] = _link("branch.id", nullable=True)
    role: Mapped[str]
    profile_id: Mapped[int | None] = _link("work_profile.id", nullable=True)


class ApiToken(Base):
    """A bearer token; only its SHA-256 is kept (the token itself has 256 random bits, so no slow hash is needed)."""

    __tablename__ = "api_token"
    id: Mapped[int] = _key()
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    branch_id: Mapped[int | None] = _link("branch.id", nullable=True)
    user_id: Mapped[int | None] = _link("user_account.id", nullable=True)
    kiosk_id: Mapped[int | None] = _link("kiosk.id", nullable=True)
    screen_id: Mapped[int | None] = _link("screen.id", nullable=True)
    created_by: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class NumberSeries(Base):
    """The last number given in a series on a business date."""

    __tablename__ = "number_series"
    __table_args__ = {"sqlite_with_rowid": False}
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Ticket(Base):
    """One numbered slip: one visit, from issue to the end."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("branch_id", "business_date", "label"),)
    id: Mapped[int] = _key()
    token: Mapped[str] = mapped_column(unique=True)
    branch_id: Mapped[int] = _link("branch.id")
    service_id: Mapped[int] = _link("service.id")
    business_date: Mapped[date] = mapped_column(Date)
    series: Mapped[str]
    number: Mapped[int]
    label: Mapped[str]
    language: Mapped[str]
    priority: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    issued_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    next_services: Mapped[list[Any]] = mapped_column(default=list)


_OPEN = text("state IN ('waiting', 'called', 'serving', 'parked')")
_AT_COUNTER = text("state IN ('called', 'serving')")
_WAITING = text("state = 'waiting'")
_WISHES = text(
    "state = 'waiting' AND (not_before IS NOT NULL OR reserved_counter_id IS NOT NULL OR reserved_user_id IS NOT NULL"
    " OR wanted_language IS NOT NULL OR booked_for IS NOT NULL)"
)
_CALLED = text("last_called_at IS NOT NULL")
# Every index is a page more to make durable with each ticket, so a leg has those that a guard or a hot read needs, no more.


class Leg(Base):
    """One stay in a queue and the serving that follows it."""

    __tablename__ = "leg"
    __table_args__ = (
        UniqueConstraint("ticket_id", "sequence"),
        Index("ux_leg_one_open_a_ticket", "ticket_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ux_leg_one_at_a_counter", "counter_id", unique=True, sqlite_where=_AT_COUNTER, postgresql_where=_AT_COUNTER),
        Index(
            "ix_leg_queue", "branch_id", "service_id", "rank", "position", "id", "enqueued_at",
            sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        Index("ix_leg_wishes", "branch_id", sqlite_where=_WISHES, postgresql_where=_WISHES),
        Index("ix_leg_called", "branch_id", "last_called_at", sqlite_where=_CALLED, postgresql_where=_CALLED),
        Index("ix_leg_enqueued", "branch_id", "enqueued_at"),
    )  # fmt: skip
    id: Mapped[int] = _key()
    ticket_id: Mapped[int] = _link("ticket.id")
    branch_id: Mapped[int] = _link("branch.id")
    sequence: Mapped[int]
    service_id: Mapped[int] = _link("service.id")
    state: Mapped[str]
    rank: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    enqueued_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    reserved_counter_id: Mapped[int | None] = _link("counter.id", nullable=True)
    reserved_user_id: Mapped[int | None] = _link("user_account.id", nullable=True)
    wanted_language: Mapped[str | None]
    booked_for: Mapped[datetime | None]
    first_called_at: Mapped[datetime | None]
    last_called_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    call_revision: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    counter_id: Mapped[int | None] = _link("counter.id", nullable=True)
    user_id: Mapped[int | None] = _link("user_account.id", nullable=True)
    rule: Mapped[str | None]
    recalls: Mapped[int] = mapped_column(default=0)
    rule_facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[str | None]


class TicketNote(Base):
    """What a clerk wrote for the next one; erased when the business day ends, and never part of the record."""

    __tablename__ = "ticket_note"
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id", index=True)
    ticket_id: Mapped[int] = _link("ticket.id", index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    text: Mapped[str]


_ASKED = text("request_id IS NOT NULL")


class TicketEvent(Base):
    """The record: one row a change, numbered by the branch's revision, never changed afterwards.

    No foreign key leads to tickets and legs: to forget a ticket, the whole record would have to be searched for it.
    `flask record verify` compares them.
    """

    __tablename__ = "ticket_event"
    __table_args__ = (
        Index("ux_ticket_event_request", "branch_id", "request_id", unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED),
        {"sqlite_with_rowid": False},
    )  # fmt: skip
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(Identifier)
    leg_id: Mapped[int | None] = mapped_column(Identifier)
    counter_id: Mapped[int | None] = _link("counter.id", nullable=True)
    user_id: Mapped[int | None] = _link("user_account.id", nullable=True)
    reason: Mapped[str | None]
    rule: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
    request_key: Mapped[str | None]


_OPEN_SESSION = text("closed_at IS NULL")
_PERSON = text("closed_at IS NULL AND user_id IS NOT NULL")


class CounterSession(Base):
    """One clerk at one counter, from opening to closing."""

    __tablename__ = "counter_session"
    __table_args__ = (
        Index("ux_session_counter", "counter_id", unique=True, sqlite_where=_OPEN_SESSION, postgresql_where=_OPEN_SESSION),
        Index("ux_session_actor", "branch_id", "actor", unique=True, sqlite_where=_PERSON, postgresql_where=_PERSON),
        Index("ix_session_opened", "branch_id", "opened_at"),
    )  # fmt: skip
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    counter_id: Mapped[int] = _link("counter.id")
    user_id: Mapped[int | None] = _link("user_account.id", nullable=True)
    actor: Mapped[str]
    actor_name: Mapped[str]
    profile_id: Mapped[int | None] = _link("work_profile.id", nullable=True)
    languages: Mapped[list[str]] = mapped_column(default=list)
    turns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    wrap_up_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class CounterPause(Base):
    """A pause inside a counter session."""

    __tablename__ = "counter_pause"
    id: Mapped[int] = _key()
    session_id: Mapped[int] = _link("counter_session.id", index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class PrinterRow(Base):
    """A printer of a branch, how it stands, its last success and its last error.

    `status` is a word of `printers.status`, `status_at` when the device last said something. A printer that fetches its slips
    by itself is known by `token_hash` (and `digest_hash`, for those that never send the token itself).
    """

    __tablename__ = "printer"
    __table_args__ = (UniqueConstraint("branch_id", "name"), Index("ux_printer_token", "token_hash", unique=True))
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[dict[str, Any]]
    profile: Mapped[str] = mapped_column(default="generic-80")
    paper: Mapped[str] = mapped_column(default="roll80")
    enabled: Mapped[bool] = mapped_column(default=True)
    paused: Mapped[bool] = mapped_column(default=False)
    fallback_id: Mapped[int | None] = _link("printer.id", nullable=True)
    status: Mapped[str] = mapped_column(default="unknown")
    status_detail: Mapped[str | None]
    status_at: Mapped[datetime | None]
    token_hash: Mapped[str | None]
    digest_hash: Mapped[str | None]
    last_success_at: Mapped[datetime | None]
    last_error_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class PrinterEvent(Base):
    """A printer's status changed: what its page shows, and what may be told to other programs."""

    __tablename__ = "printer_event"
    __table_args__ = (Index("ix_printer_event_printer", "printer_id", "id"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    printer_id: Mapped[int] = _link("printer.id")
    at: Mapped[datetime]
    status: Mapped[str]
    detail: Mapped[str | None]


class Kiosk(Base):
    """A device that visitors take their number from, and the printer beside it."""

    __tablename__ = "kiosk"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    printer_id: Mapped[int | None] = _link("printer.id", nullable=True)


class Screen(Base):
    """A lobby screen that was named; `layout` as `domain.screen_layout` reads it, empty for the usual one."""

    __tablename__ = "screen"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    layout: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ScreenState(Base):
    """How one page that shows a board says it stands; a page that nobody named has no `screen_id`.

    `shows` is what it told last: `{visible, sound, width, height, page_started_at, agent}`; `gone_at` is when its line was lost.
    """

    __tablename__ = "screen_state"
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    screen_key: Mapped[str] = mapped_column(primary_key=True)
    screen_id: Mapped[int | None] = _link("screen.id", nullable=True, index=True)
    revision: Mapped[int | None] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    shows: Mapped[dict[str, Any]]


_UNPAIRED = text("done_at IS NULL")


class Pairing(Base):
    """A device that shows a code and waits to be let in; of its secret, which becomes its token, only the hash is kept.

    `device_id` is the screen's or the kiosk's (by `kind`) once it was let in.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        Index("ux_pairing_code", "code", unique=True, sqlite_where=_UNPAIRED, postgresql_where=_UNPAIRED),
        Index("ux_pairing_secret", "secret_hash", unique=True),
    )
    id: Mapped[int] = _key()
    kind: Mapped[str]
    code: Mapped[str]
    secret_hash: Mapped[str]
    branch_id: Mapped[int | None] = _link("branch.id", nullable=True)
    device_id: Mapped[int | None] = mapped_column(Identifier)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Panel(Base):
    """A numeric panel of lamps: above one counter, or, without one, for the newest call of all; and how it stands.

    All its lamps are lit until `test_until`; `status` is a word of `operations.panel_setup.STATUSES`.
    """

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[dict[str, Any]]
    counter_id: Mapped[int | None] = _link("counter.id", nullable=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    test_until: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="unknown")
    status_detail: Mapped[str | None]
    status_at: Mapped[datetime | None]


class ScreenAck(Base):
    """One screen has shown (and spoken) one call."""

    __tablename__ = "screen_ack"
    branch_id: Mapped[int] = _link("branch.id", primary_key=True)
    call_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    screen_key: Mapped[str] = mapped_column(primary_key=True)
    shown_at: Mapped[datetime | None]
    spoken_at: Mapped[datetime | None]


_UNFINISHED = text("state IN ('queued', 'sending')")
UNFINISHED = text("print_job.state IN ('queued', 'sending')")
"""Condition of the slips that are not out yet; written out, so that SQLite uses the partial index."""


class PrintJob(Base):
    """One slip on its way to paper: `queued → sending → printed`, or `failed`.

    A slip without a ticket is a self-test. `moved_from_id` is the printer it was first meant for, where another had to stand in;
    `asked_by` is who asked for a copy or a test.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        Index("ix_print_job_unfinished", "printer_id", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_print_job_ticket", "ticket_id"),
    )
    id: Mapped[int] = _key()
    branch_id: Mapped[int] = _link("branch.id")
    ticket_id: Mapped[int | None] = _link("ticket.id", nullable=True)
    printer_id: Mapped[int] = _link("printer.id")
    moved_from_id: Mapped[int | None] = _link("printer.id", nullable=True)
    asked_by: Mapped[str | None]
    state: Mapped[str]
    slip: Mapped[dict[str, Any]]
    copy: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
