"""Large reports that a worker makes outside the web process: asked for, taken, finished, cancelled, cleared away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, update

from queue_app.domain.errors import QueueError
from queue_app.operations.unit_of_work import Context
from queue_app.store.report_tables import ReportJob

KEPT = timedelta(hours=24)
"""So long a finished file can be fetched."""

MOST_UNDER_WAY = 20
"""So many reports of one branch may wait or be made at once."""

FRESH = timedelta(seconds=30)
"""A file that was finished so lately answers the same question again."""

SILENT = timedelta(minutes=10)
"""A job whose worker has not said anything for so long is made again."""

_TABLE: Table = ReportJob.__table__  # type: ignore[assignment]
_JOB = _TABLE.c


@dataclass(frozen=True)
class Job:
    """One large report, as the table has it."""

    id: int
    branch_id: int
    asked_by: str
    question: Mapping[str, Any]
    state: str
    share_done: float
    file_name: str | None
    size_bytes: int | None
    error_code: str | None
    created_at: datetime
    finished_at: datetime | None


def ask(context: Context, branch_id: int, asked_by: str, question: Mapping[str, Any]) -> Job:
    """Ask for a report; whoever asks the same again while it is being made, or just after, gets the same job.

    Raises:
        QueueError: `too_many_reports`, `database_unavailable`.
    """
    now = context.clock.now()
    with context.database.writing() as connection:
        fresh = and_(_JOB.state == "done", _JOB.finished_at > now - FRESH)
        rows = connection.execute(
            select(_TABLE).where(_JOB.branch_id == branch_id, or_(_JOB.state.in_(("queued", "running")), fresh))
        ).all()
        for row in rows:
            if row.asked_by == asked_by and row.question == dict(question):
                return _job(row)
        if sum(row.state != "done" for row in rows) >= MOST_UNDER_WAY:
            raise QueueError("too_many_reports", most=MOST_UNDER_WAY)
        values = {
            "branch_id": branch_id, "asked_by": asked_by, "question": dict(question), "state": "queued", "share_done": 0.0,
            "created_at": now, "expires_at": now + KEPT,
        }  # fmt: skip
        key = connection.execute(insert(_TABLE).values(**values)).inserted_primary_key
        assert key is not None
        return _read(connection, key[0])


def job_of(context: Context, job_id: int, branch_id: int, asked_by: str | None) -> Job:
    """Return a job of a branch; with `asked_by`, only to whoever asked for it.

    Raises:
        QueueError: `unknown_report_job`, `database_unavailable`.
    """
    with context.database.reading() as connection:
        row = connection.execute(select(_TABLE).where(_JOB.id == job_id, _JOB.branch_id == branch_id)).first()
    if row is None or (asked_by is not None and row.asked_by != asked_by):
        raise QueueError("unknown_report_job", job=job_id)
    return _job(row)


def jobs_of(context: Context, branch_id: int, asked_by: str) -> list[Job]:
    """Return somebody's jobs in a branch, the newest first."""
    statement = (
        select(_TABLE).where(_JOB.branch_id == branch_id, _JOB.asked_by == asked_by).order_by(_JOB.id.desc()).limit(50)
    )
    with context.database.reading() as connection:
        return [_job(row) for row in connection.execute(statement)]


def claim(context: Context) -> Job | None:
    """Take the job that has waited longest, for one worker alone; None where none waits."""
    now = context.clock.now()
    oldest = select(func.min(_JOB.id)).where(_JOB.state == "queued").scalar_subquery()
    with context.database.reading() as connection:
        if connection.execute(select(func.count()).where(_JOB.state.in_(("queued", "running")))).scalar_one() == 0:
            return None
    with context.database.writing() as connection:
        # One that was being made by a worker that is no more is made again.
        connection.execute(
            update(_TABLE).where(_JOB.state == "running", _JOB.started_at < now - SILENT).values(state="queued")
        )
        row = connection.execute(
            update(_TABLE)
            .where(_JOB.id == oldest, _JOB.state == "queued")
            .values(state="running", started_at=now, share_done=0.0)
            .returning(_JOB.id)
        ).first()
        return _read(connection, row.id) if row is not None else None


def progress(context: Context, job: Job, share: float) -> bool:
    """Say how much of a job is done, 0 to 1; return False where it was cancelled meanwhile."""
    with context.database.writing() as connection:
        done = connection.execute(
            update(_TABLE)
            .where(_JOB.id == job.id, _JOB.state == "running")
            .values(share_done=round(share, 3), started_at=context.clock.now())
        )
        return bool(done.rowcount)


def finish(context: Context, job: Job, file: Path) -> bool:
    """The file is there; return False where the job was cancelled meanwhile."""
    now = context.clock.now()
    with context.database.writing() as connection:
        done = connection.execute(
            update(_TABLE)
            .where(_JOB.id == job.id, _JOB.state == "running")
            .values(
                state="done", share_done=1.0, file_name=file.name, size_bytes=file.stat().st_size, finished_at=now,
                expires_at=now + KEPT,
            )
        )  # fmt: skip
        return bool(done.rowcount)


def fail(context: Context, job: Job, code: str) -> None:
    """It cannot be made, for the reason `code` (of `domain.errors`)."""
    with context.database.writing() as connection:
        connection.execute(
            update(_TABLE)
            .where(_JOB.id == job.id, _JOB.state == "running")
            .values(state="failed", error_code=code, finished_at=context.clock.now())
        )


def cancel(context: Context, job: Job) -> None:
    """Nobody wants it any more; a finished one is cleared away with its file at the next look."""
    with context.database.writing() as connection:
        connection.execute(
            update(_TABLE)
            .where(_JOB.id == job.id, _JOB.state != "cancelled")
            .values(state="cancelled", finished_at=context.clock.now(), expires_at=context.clock.now())
        )


def clear_away(context: Context) -> list[str]:
    """Forget jobs whose time is over, and return the names of their files."""
    over = (_JOB.expires_at <= context.clock.now(), _JOB.state.in_(("done", "failed", "cancelled")))
    with context.database.reading() as connection:
        if connection.execute(select(_JOB.id).where(*over).limit(1)).first() is None:
            return []
    with context.database.writing() as connection:
        rows = connection.execute(delete(_TABLE).where(*over).returning(_JOB.file_name)).all()
    return [row.file_name for row in rows if row.file_name]


def _read(connection: Connection, job_id: int) -> Job:
    return _job(connection.execute(select(_TABLE).where(_JOB.id == job_id)).one())


def _job(row: Any) -> Job:
    return Job(**{name: getattr(row, name) for name in Job.__dataclass_fields__})
