"""The documentation is a contract: what can be set, what happens and what is refused has to stand in it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from queue_app.config import SettingError, Settings, variable

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_stands_in_the_docs_with_unit_default_and_meaning(setting) -> None:  # type: ignore[no-untyped-def]
    default = f"`{setting.default}`" if str(setting.default) else "empty"
    row = f"| `{variable(setting.name)}` | {setting.metadata['unit']} | {default} | {setting.metadata['meaning']} |"
    assert row in (DOCS / "settings.md").read_text("utf-8")


def test_every_setting_is_read_somewhere() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "queue_app").rglob("*.py") if path.name != "config.py")
    code += (ROOT / "queue_app/config.py").read_text("utf-8").split("def url", 1)[1]
    unread = [setting.name for setting in fields(Settings) if not re.search(rf"\.{setting.name}\b", code)]
    assert unread == []


def test_links_between_the_documents_lead_somewhere() -> None:
    dead = []
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8")):
            if not (path.parent / target).exists():
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert dead == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_TICK", "often"),
        ("QUEUE_SPOOLER", "maybe"),
        ("QUEUE_KIOSK_RATE", "-1"),
        ("QUEUE_ASYNC_MODE", "gevent"),
        ("QUEUE_WORKERS", "2"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_and_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings.from_environment({name: value})
