"""The tables of the reports: the days that were read already, large reports on their way, what is sent by itself, and alarms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Float, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.store.models import Base
from queue_app.store.types import Identifier


class DayFactsRow(Base):
    """One business day that has ended, read from the record once (`store.facts`): it can be made anew from the events.

    `first_revision` to `last_revision` are its events; `form` and `digest` are those of `rows`.
    """

    __tablename__ = "day_facts"
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    first_revision: Mapped[int] = mapped_column(Identifier)
    last_revision: Mapped[int] = mapped_column(Identifier)
    form: Mapped[int]
    digest: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[bytes] = mapped_column(LargeBinary)


_UNDER_WAY = text("state IN ('queued', 'running')")


class ReportJob(Base):
    """One large report that is made outside the web process: `queued → running → done`, `failed` or `cancelled`.

    `question` is what was asked for, as the API has it; `share_done` is 0 to 1; `file_name` names the finished file in the data
    folder until `expires_at`; `asked_by` is the actor's key.
    """

    __tablename__ = "report_job"
    __table_args__ = (Index("ix_report_job_under_way", "id", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),)
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), index=True)
    asked_by: Mapped[str]
    question: Mapped[dict[str, Any]]
    state: Mapped[str]
    share_done: Mapped[float] = mapped_column(Float, default=0.0)
    file_name: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(Identifier)
    error_code: Mapped[str | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class ReportSchedule(Base):
    """A report that is sent by itself: which one, over which days (`span`), how often, to whom and in which language.

    `next_on` is the day on which it is due next, at `hour` local time. Its id is made as a ticket's is.
    """

    __tablename__ = "report_schedule"
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), index=True)
    report: Mapped[str]
    options: Mapped[dict[str, Any]]
    form: Mapped[str]
    language: Mapped[str]
    span: Mapped[str]
    hour: Mapped[int]
    recipients: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[str]
    next_on: Mapped[date] = mapped_column(Date)


class Message(Base):
    """Something that leaves the house: a scheduled report or an alarm, by e-mail, into a folder or to a web address.

    `queued → sent` or `failed` after the last attempt; `problem` is the code of what was wrong with the last one, `detail` says
    where it went or what the other side answered. `key` makes each one unique, so that nothing is sent twice. `not_before` is
    when it is tried next; a worker that tries it puts that off first, so that no other one does.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_message_queued", "id", sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), index=True)
    key: Mapped[str]
    kind: Mapped[str]
    schedule_id: Mapped[int | None] = mapped_column(Identifier, ForeignKey("report_schedule.id"))
    to: Mapped[str]
    content: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    detail: Mapped[str | None]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AlarmState(Base):
    """One threshold of a branch that is crossed now, or was: since when, and the worst value since."""

    __tablename__ = "alarm_state"
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    crossed_at: Mapped[datetime | None]
    raised_at: Mapped[datetime | None]
    value: Mapped[float | None] = mapped_column(Float)
