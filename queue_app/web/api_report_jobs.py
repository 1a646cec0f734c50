"""The API of reports that are made outside the web process, and of what the branch wants of its reports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from queue_app.access import Caller
from queue_app.domain.errors import QueueError
from queue_app.domain.reporting import LIMITS, ClerkFigures, Threshold
from queue_app.i18n import LANGUAGES
from queue_app.operations import report_jobs
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.views import fresh_setup
from queue_app.reports.files import MIME_TYPES
from queue_app.reports.registry import kind_of
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.api_queue import actor_in
from queue_app.web.api_reports import ASKED, JOB
from queue_app.web.operation import context, language_of, operation
from queue_app.web.report_files import asked_of, file_of, told
from queue_app.web.report_questions import REPORTS, question_of, reader_of

api_report_jobs = Blueprint("api_report_jobs", __name__, url_prefix="/api/v1")

WISH = {
    **ASKED,
    "report": {"type": "string", "pattern": "^[a-z-]{1,40}$"},
    "format": {"type": "string", "enum": list(MIME_TYPES)},
    "compare": {"type": "string", "enum": ["before"]},
    "language": {"type": "string", "enum": list(LANGUAGES)},
}
LEAST = min(least for least, _ in LIMITS.values())
MOST = max(most for _, most in LIMITS.values())
REPORTING_PARTS: dict[str, s.Schema] = {
    "clerk_figures": s.some({"type": "string", "enum": list(ClerkFigures)}),
    "smallest_group": {"type": "integer", "minimum": 2, "maximum": 50},
    "alarms": s.some(
        s.thing(
            {
                "watches": {"type": "string", "enum": list(Threshold)},
                "limit": {"type": "integer", "minimum": LEAST, "maximum": MOST},
                "minutes": {"type": "integer", "minimum": 0, "maximum": 120},
            },
            optional=frozenset({"minutes"}),
        )
    ),
    "emails": s.some({"type": "string", "maxLength": 254}),
    "webhooks": s.some({"type": "string", "maxLength": 500}),
}
REPORTING = s.thing(REPORTING_PARTS)


@operation(
    api_report_jobs, "POST", "/branches/<branch>/report-jobs",
    summary="Let the worker make a report as a file; it can be fetched for a day.", scopes=REPORTS,
    body=s.wish(WISH, required=("report", "format")), answers={202: s.thing({"job": JOB})},
    errors=("unknown_branch", "unknown_report", "too_many_reports"),
)  # fmt: skip
def ask(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Ask for a file."""
    question = question_of(who, branch, body)
    question.check()
    name = kind_of(body["report"]).name
    language = body.get("language") or language_of(who)
    asked = asked_of(question, name, body["format"], language, compared="compare" in body)
    job = report_jobs.ask(context(), question.setup.id, who.key, asked)
    current_app.extensions["queue_notice_reports"]()
    return {"job": told(job, branch)}, 202


@operation(
    api_report_jobs, "GET", "/branches/<branch>/report-jobs",
    summary="The caller's own files and those on their way, the newest first.", scopes=REPORTS,
    answers={200: s.thing({"jobs": s.some(JOB)})}, errors=("unknown_branch",),
)  # fmt: skip
def list_jobs(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the caller's jobs."""
    return {
        "jobs": [told(job, branch) for job in report_jobs.jobs_of(context(), allowed(who, REPORTS, branch).id, who.key)]
    }


@operation(
    api_report_jobs, "GET", "/branches/<branch>/report-jobs/<int:job>",
    summary="How far a file is.", scopes=REPORTS, answers={200: s.thing({"job": JOB})},
    errors=("unknown_branch", "unknown_report_job"),
)  # fmt: skip
def show_job(who: Caller, body: None, query: dict[str, Any], branch: str, job: int) -> Any:
    """Show one job."""
    return {"job": told(report_jobs.job_of(context(), job, allowed(who, REPORTS, branch).id, who.key), branch)}


@operation(
    api_report_jobs, "GET", "/branches/<branch>/report-jobs/<int:job>/file",
    summary="The finished file.", scopes=REPORTS,
    answers={200: {"content": {mime: {"schema": {"type": "string"}} for mime in MIME_TYPES.values()}}},
    errors=("unknown_branch", "unknown_report_job", "report_not_done", "report_too_long", "disk_refused", "internal_error"),
)  # fmt: skip
def fetch(who: Caller, body: None, query: dict[str, Any], branch: str, job: int) -> Response:
    """Fetch a finished file; one with figures of clerks only while its reader may still see those."""
    found = report_jobs.job_of(context(), job, allowed(who, REPORTS, branch).id, who.key)
    if found.question["clerks"] and reader_of(who, context().setup(branch)).names is None:
        raise QueueError("not_allowed")
    return file_of(found)


@operation(
    api_report_jobs, "POST", "/branches/<branch>/report-jobs/<int:job>/cancel",
    summary="Give a file up, also a finished one.", scopes=REPORTS, body=s.wish({}), answers={200: s.thing({"job": JOB})},
    errors=("unknown_branch", "unknown_report_job"),
)  # fmt: skip
def cancel(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, job: int) -> Any:
    """Give a job up."""
    branch_id = allowed(who, REPORTS, branch).id
    report_jobs.cancel(context(), report_jobs.job_of(context(), job, branch_id, who.key))
    return {"job": told(report_jobs.job_of(context(), job, branch_id, who.key), branch)}


@operation(
    api_report_jobs, "GET", "/branches/<branch>/reporting",
    summary="Who may see figures of single clerks, and when who is told at once.", scopes=MANAGES, answers={200: REPORTING},
    errors=("unknown_branch",),
)  # fmt: skip
def show_reporting(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show what the branch wants of its reports."""
    allowed(who, MANAGES, branch)
    return fresh_setup(context(), branch).reporting.as_data()


@operation(
    api_report_jobs, "PUT", "/branches/<branch>/reporting",
    summary="Change what the branch wants of its reports; what is left out is as usual.", scopes=MANAGES,
    body=s.wish(REPORTING_PARTS), answers={200: REPORTING}, errors=("unknown_branch", "conflict"),
)  # fmt: skip
def change_reporting(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Change it."""
    rules = set_reporting(context(), branch, actor_in(who, MANAGES, branch), body)
    current_app.extensions["queue_notice_reports"]()
    return rules.as_data()
