"""Files that the worker makes, from the asking to the fetching."""

from __future__ import annotations

import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, current_app, send_file, url_for

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.operations import report_jobs
from queue_app.operations.report_jobs import Job
from queue_app.reports import files, registry
from queue_app.reports.question import Question
from queue_app.reports.registry import ReportKind
from queue_app.web.operation import context, reply
from queue_app.web.report_pages import body_of
from queue_app.web.report_questions import record

AT_ONCE_DAYS = 92
"""Reports over more days are made by the worker: putting years together would hold up the lobby for a moment."""

WAIT_SECONDS = 20.0
"""So long a request waits for the worker; afterwards the caller is told where to look for the file."""

PAGE_WAIT_SECONDS = 4.0
"""So long a page waits for it; afterwards it is shown without the report, and looks again."""

LOOK_SECONDS = 0.05


def is_large(kind: ReportKind, question: Question, form: str) -> bool:
    """Say whether a report is not for the web process to make."""
    long = question.last - question.first >= timedelta(days=AT_ONCE_DAYS)
    return form in ("xlsx", "pdf") or (long and not kind.rows)


def by_worker(who: Caller, question: Question, name: str, form: str, language: str, *, compared: bool) -> Response:
    """Return the file that the worker makes, or after a while the job.

    Raises:
        QueueError: `too_many_reports`, and whatever kept it from being made.
    """
    asked = asked_of(question, name, form, language, compared=compared)
    settings = current_app.extensions["queue_settings"]
    if not settings.report_worker:
        return _here(question, name, form, language, compared=compared)
    job = _made(who, question, asked, WAIT_SECONDS)
    if job.state in ("queued", "running"):
        return reply({"job": told(job, question.setup.slug)}, 202)
    return file_of(job)


def body_by_worker(who: Caller, question: Question, name: str, language: str, *, compared: bool) -> str | None:
    """Return the body of a report's page that the worker makes, None while it does.

    Raises:
        QueueError: `too_many_reports`, and whatever kept it from being made.
    """
    settings = current_app.extensions["queue_settings"]
    if not settings.report_worker:
        return body_of(registry.make(record(), context().database, name, question, compared=compared), language)
    asked = asked_of(question, name, "html", language, compared=compared)
    job = _made(who, question, asked, PAGE_WAIT_SECONDS)
    if job.state in ("queued", "running"):
        return None
    return path_of(job).read_text("utf-8")


def _made(who: Caller, question: Question, asked: dict[str, Any], seconds: float) -> Job:
    """Return the caller's job after it was finished, or after so many seconds."""
    clock = context().clock
    job = report_jobs.ask(context(), question.setup.id, who.key, asked)
    current_app.extensions["queue_notice_reports"]()
    until = clock.monotonic() + seconds
    while job.state in ("queued", "running") and clock.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        job = report_jobs.job_of(context(), job.id, question.setup.id, who.key)
    return job


def asked_of(question: Question, name: str, form: str, language: str, *, compared: bool) -> dict[str, Any]:
    """Return the question as a job keeps it."""
    return {
        "branch": question.setup.slug, "report": name, "from": question.first.isoformat(), "to": question.last.isoformat(),
        "by": list(question.by) if question.by is not None else None, "per": question.per,
        "target_seconds": question.target_seconds, "compared": compared, "form": form, "language": language,
        "clerks": question.reader.names is not None,
    }  # fmt: skip


def _here(question: Question, name: str, form: str, language: str, *, compared: bool) -> Response:
    report = registry.make(record(), context().database, name, question, compared=compared)
    file = BytesIO()
    files.write(report, form, language, file, context().clock.now())
    file.seek(0)
    return send_file(
        file, files.MIME_TYPES[form], as_attachment=form != "json", download_name=files.file_name(report, form)
    )


def file_of(job: Job) -> Response:
    """Return a finished file.

    Raises:
        QueueError: `report_not_done`, or why it could not be made.
    """
    asked, path = job.question, path_of(job)
    name = f"{asked['branch']}-{asked['report']}-{asked['from']}-{asked['to']}.{asked['form']}"
    return send_file(
        path, files.MIME_TYPES[asked["form"]], as_attachment=asked["form"] != "json", download_name=name, max_age=0
    )


def path_of(job: Job) -> Path:
    """Return where a finished file is.

    Raises:
        QueueError: `report_not_done`, or why it could not be made.
    """
    if job.state == "failed":
        raise QueueError(job.error_code or "internal_error")
    settings = current_app.extensions["queue_settings"]
    path: Path = settings.data_dir / "reports" / (job.file_name or "")
    if job.state != "done" or job.file_name is None or not path.is_file():
        raise QueueError("report_not_done", state=job.state)
    return path


def told(job: Job, branch: str) -> dict[str, Any]:
    """Return a job as the API tells it."""
    done = job.state == "done"
    return {
        "id": job.id, "report": job.question["report"], "format": job.question["form"], "from": job.question["from"],
        "to": job.question["to"], "state": job.state, "share_done": job.share_done, "size_bytes": job.size_bytes,
        "error": job.error_code, "created_at": iso(job.created_at),
        "file": url_for("api_report_jobs.GET /branches/<branch>/report-jobs/<int:job>/file", branch=branch, job=job.id)
        if done else None,
    }  # fmt: skip
