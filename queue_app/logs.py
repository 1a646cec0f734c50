"""Logs: one line an entry, its time in UTC, as text for people or as JSON for programs; no person, no token, no query string."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

FORMS = ("text", "json")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; empty outside one."""

_FIELDS = ("levelname", "name", "message")
_RENAMED = {"levelname": "level", "name": "logger", "exc_info": "exception", "stack_info": "stack"}
_ADDRESSED = ("Error handling request", "Invalid request from", "Error processing")
"""How the server's own complaints begin which repeat the address that was asked for; in it the tokens of visitors may stand."""


class Context(logging.Filter):
    """Gives each entry the request it belongs to, and takes out of it what is nobody's business."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the entry; let it pass."""
        if found := request_id.get():
            record.request_id = found
        if record.name.startswith("gunicorn") and record.args and str(record.msg).startswith(_ADDRESSED):
            record.msg, record.args = str(record.msg).partition("%")[0].strip(), ()
        return True


class TextFormatter(logging.Formatter):
    """A line for people; what is logged cannot begin a line of its own, only a traceback has more."""

    def __init__(self) -> None:
        """Fix the form."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the moment in UTC, to the millisecond."""
        return _moment(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line, with the request at its end."""
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        found = getattr(record, "request_id", "")
        return super().formatMessage(record) + (f" request={found}" if found else "")


class LinesFormatter(JsonFormatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, and what else is known of it."""

    def __init__(self) -> None:
        """Fix the form."""
        super().__init__(_FIELDS, rename_fields=_RENAMED)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Begin with the moment."""
        log_data["time"] = _moment(record)
        super().add_fields(log_data, record, message_dict)


def configure(level: str, form: str) -> None:
    """Log to standard error, where nobody has set up another place."""
    handler = logging.StreamHandler()
    handler.addFilter(Context())
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def formatter(form: str) -> logging.Formatter:
    """Return what writes entries in a form of `FORMS`."""
    return LinesFormatter() if form == "json" else TextFormatter()


def for_gunicorn(level: str, form: str) -> dict[str, Any]:
    """Return gunicorn's `logconfig_dict`: its own entries in the same form, in the same place."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": "queue_app.logs.Context"}},
        "formatters": {"ours": {"()": "queue_app.logs.formatter", "form": form}},
        "handlers": {"ours": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["context"]}},
        "root": {"level": level, "handlers": ["ours"]},
        "loggers": {name: {"level": level, "handlers": ["ours"], "propagate": False} for name in ("gunicorn.error",)},
    }


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
