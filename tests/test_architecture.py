"""The house keeps its rooms apart: who imports whom, who reads the time, who knows what runs underneath."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("queue_app", "kiosk", "display", "printers")
OURS = {*PACKAGES, "wsgi", "tests", "benchmarks", "docs"}

FOUNDATIONS = {"queue_app.clock", "queue_app.i18n", "queue_app.sealing", "queue_app.version"}
"""Leaves below every room but the domain and the printers: they import no room."""
REQUEST_FOUNDATIONS = FOUNDATIONS | {
    "queue_app.access",
    "queue_app.errors",
    "queue_app.limits",
    "queue_app.page_texts",
}
"""What the doors and the sockets share: who calls, what a refusal says, how often is too often."""

MAY_IMPORT: dict[str, set[str]] = {
    "queue_app.domain": {"queue_app.domain"},
    "printers": {"printers"},
    "queue_app.speech": {"queue_app.speech"},
    "queue_app.store": {"queue_app.store", "queue_app.domain"},
    "queue_app.operations": {
        "queue_app.operations",
        "queue_app.domain",
        "queue_app.store",
        "queue_app.speech",
        "queue_app.panels",
        "printers",
        *FOUNDATIONS,
    },
    "queue_app.panels": {"queue_app.panels"},
    "queue_app.reports": {
        "queue_app.reports",
        "queue_app.domain",
        "queue_app.store",
        "printers.fonts",
        "queue_app.i18n",
    },
    "queue_app.realtime": {"queue_app.realtime", "queue_app.domain", "queue_app.store", *REQUEST_FOUNDATIONS},
    "queue_app.web": {
        "queue_app.web",
        "queue_app.operations",
        "queue_app.reports",
        "queue_app.domain",
        *REQUEST_FOUNDATIONS,
    },
    "kiosk": {"kiosk", "queue_app.operations", "queue_app.reports", "queue_app.domain", *REQUEST_FOUNDATIONS},
    "display": {
        "display",
        "queue_app.operations",
        "queue_app.reports",
        "queue_app.domain",
        *REQUEST_FOUNDATIONS,
    },
    "queue_app.serving": {"queue_app.serving", "queue_app.config", "queue_app.logs"},
    "queue_app.clock": set(),
    "queue_app.config": set(),
    "queue_app.i18n": set(),
    "queue_app.sealing": set(),
    "queue_app.version": set(),
    "queue_app.logs": set(),
    "queue_app.metrics": set(),
    "queue_app.page_texts": {"queue_app.i18n"},
    "queue_app.translations": {"queue_app.translations", "queue_app.i18n"},
    "queue_app.mail_texts": {"queue_app.domain", "queue_app.i18n", "queue_app.page_texts"},
    "queue_app.sending": set(),
    "queue_app.errors": {"queue_app.domain", "queue_app.i18n"},
    "queue_app.limits": {"queue_app.domain", "queue_app.clock"},
    "queue_app.access": {"queue_app.domain", "queue_app.store", "queue_app.clock"},
}
WIRING = {
    "queue_app",
    "queue_app.wiring",
    "queue_app.backup_cli",
    "queue_app.cli",
    "queue_app.config_cli",
    "queue_app.template_cli",
    "queue_app.doctor_cli",
    "queue_app.request_trace",
    "queue_app.cli_context",
    "queue_app.cli_refusals",
    "queue_app.installation_cli",
    "queue_app.people_cli",
    "queue_app.print_cli",
    "queue_app.printer_cli",
    "queue_app.privacy_cli",
    "queue_app.record_cli",
    "queue_app.report_cli",
    "queue_app.report_sender",
    "queue_app.report_worker",
    "queue_app.rules_cli",
    "queue_app.screen_cli",
    "queue_app.setup_cli",
    "queue_app.speech_cli",
    "queue_app.steps",
    "queue_app.virtual_printer_cli",
    "queue_app.webhook_sender",
    "queue_app.alarm_watch",
    "queue_app.background",
    "queue_app.child_worker",
    "queue_app.workers",
    "queue_app.template_texts",
    "queue_app.only_one",
    "queue_app.panel_cli",
    "queue_app.virtual_panel_cli",
    "queue_app.replay",
    "queue_app.simulation",
    "wsgi",
}
"""They put the rooms together, so they may know them all."""

DOORS = ("queue_app.web", "kiosk", "display")
WEB_FRAMEWORKS = {"flask", "flask_socketio", "socketio", "werkzeug", "jinja2"}

READS_THE_TIME = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"), ("time", "monotonic"), ("time", "monotonic_ns"), ("time", "perf_counter"),
    ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
MEASURES_TIME_OUTS = {
    # A leaf library cannot be given our clock: its transports measure how long a device may take, and the
    # printer
    # without hardware stamps its log by a clock that is a parameter, with the machine's as its default.
    "printers.deadline",
    "printers.virtual",
    # Likewise the panels' lines, and the panel without hardware.
    "queue_app.panels.deadline",
    "queue_app.panels.virtual",
}


@cache
def modules() -> dict[str, Path]:
    """Return every module of the product by its dotted name."""
    found = {"wsgi": ROOT / "wsgi.py"}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" in parts:
                continue  # run by Alembic, not imported; held to the store's rule by the next function
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def imports_of(name: str, path: Path) -> Iterator[str]:
    """Yield the dotted name of everything a module imports, wherever in it the import stands."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if whole in modules() else base


def lies_in(name: str, rooms: set[str] | frozenset[str]) -> bool:
    """Say whether a module is one of `rooms` or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(name: str) -> str:
    """Return the room (or foundation) that a module belongs to."""
    candidates = [room for room in MAY_IMPORT if lies_in(name, {room})]
    assert candidates, f"{name} lies in no room of the table"
    return max(candidates, key=len)


def is_wiring(name: str) -> bool:
    """Say whether a module may import everything."""
    return name in WIRING or lies_in(name, {"queue_app.care", "queue_app.replay", "queue_app.simulation"})


@pytest.mark.parametrize("name", [name for name in modules() if not is_wiring(name)])
def test_each_module_imports_only_what_its_room_may(name: str) -> None:
    allowed = MAY_IMPORT[room_of(name)]
    wrong = {
        imported
        for imported in imports_of(name, modules()[name])
        if imported.split(".")[0] in OURS and not lies_in(imported, allowed)
    }
    assert wrong == set()


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    for name, path in modules().items():
        if lies_in(name, {"queue_app.domain"}):
            foreign = {part.split(".")[0] for part in imports_of(name, path)} - sys.stdlib_module_names - {"queue_app"}
            assert foreign == set(), name


def test_neither_rules_nor_operations_nor_storage_nor_reports_know_of_the_web() -> None:
    rooms = {
        "queue_app.domain",
        "queue_app.operations",
        "queue_app.store",
        "queue_app.reports",
        "queue_app.speech",
        "printers",
    }
    for name, path in modules().items():
        if lies_in(name, rooms):
            assert {part.split(".")[0] for part in imports_of(name, path)} & WEB_FRAMEWORKS == set(), name


def test_doors_never_import_each_other() -> None:
    for name, path in modules().items():
        for door in DOORS:
            if lies_in(name, {door}):
                others = set(DOORS) - {door}
                assert not any(lies_in(imported, others) for imported in imports_of(name, path)), name


def test_migrations_import_the_store_at_most() -> None:
    for path in (ROOT / "queue_app/store/migrations").rglob("*.py"):
        for imported in imports_of("queue_app.store.migrations.x", path):
            assert imported.split(".")[0] not in OURS or lies_in(imported, MAY_IMPORT["queue_app.store"]), path


def test_only_the_realtime_room_emits() -> None:
    for name, path in modules().items():
        if lies_in(name, {"queue_app.realtime"}):
            continue
        calls = {
            node.func.attr
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert "emit" not in calls, name


def test_only_operations_and_wiring_write() -> None:
    verbs = {"insert", "update", "delete"}
    for name, path in modules().items():
        if lies_in(name, {"queue_app.operations", "queue_app.store"}) or is_wiring(name):
            continue
        from_sqlalchemy = {
            alias.name
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
            for alias in node.names
        }
        assert from_sqlalchemy & verbs == set(), name


def time_readings(path: Path) -> list[str]:
    """Return where a file asks the machine for the time, as `line: expression`."""
    imported_names = {
        alias.asname or alias.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            base = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if (base, node.attr) in READS_THE_TIME:
                found.append(f"{node.lineno}: {base}.{node.attr}")
        elif isinstance(node, ast.Name) and node.id in imported_names and ("time", node.id) in READS_THE_TIME:
            found.append(f"{node.lineno}: {node.id}")
    return found


def test_only_the_clock_reads_the_time() -> None:
    readers = {name: readings for name, path in modules().items() if (readings := time_readings(path))}
    assert readers.pop("queue_app.clock")
    # What serves and what drives a server from outside are no part of an operation; they wait, and measure
    # how long.
    allowed = MEASURES_TIME_OUTS | {
        name for name in readers if lies_in(name, {"queue_app.replay", "queue_app.serving"})
    }
    assert {name: readings for name, readings in readers.items() if name not in allowed} == {}


def test_only_serving_knows_what_runs_underneath() -> None:
    for name, path in modules().items():
        if not lies_in(name, {"wsgi", "queue_app.serving"}):
            tops = {imported.split(".")[0] for imported in imports_of(name, path)}
            assert tops & {"eventlet", "gunicorn", "gevent", "greenlet"} == set(), name


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}
    named = {name for name in modules() if name.rpartition(".")[2] in drawers}
    assert named <= {"queue_app.web.manager"}  # the page of the person who is one


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    for name, path in modules().items():
        sentence = ast.get_docstring(tree_of(path))
        assert sentence and sentence.split("\n\n")[0].rstrip().endswith((".", "!", "?")), name
