"""The lobby page runs on the browsers of televisions: nothing in it is newer than the oldest Chromium that docs/lobby.md names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OLDEST = 108

TOO_NEW = {
    r"\bsubgrid\b": 117, r"@starting-style": 117, r"@scope\b": 118, r"light-dark\(": 123, r"color-mix\(": 111, r"\boklch\(": 111,
    r"text-box": 133, r"field-sizing": 123, r"interpolate-size": 129, r"animation-timeline": 115,
    r"view-transition": 111, r"\d(?:r?lh|r?cap|r?ic)\b": 109, r"\blinear\(\s*[\d.]+\s*,": 113, r"\b(?:round|mod|rem)\(": 125,
    r"\b(?:sin|cos|tan|sqrt|pow|hypot)\((?=[^)]*(?:deg|var))": 111, r"\banchor\(": 125, r"align-content:[^;]*;\s*display:\s*block": 123,
    r":user-(?:in)?valid": 119, r":nth-(?:last-)?child\([^)]* of ": 111,
    r"^\s*&": 120,
}  # fmt: skip
"""What a style sheet must not have, and with which Chromium it came. `text-wrap: balance` (114) may be: without it only the line
breaks are less even."""

TOO_NEW_IN_SCRIPTS = {
    r"\.(?:toSorted|toReversed|toSpliced)\(": 110, r"\b(?:Object|Map)\.groupBy\(": 117, r"Promise\.withResolvers": 119,
    r"Promise\.try\b": 128, r"Array\.fromAsync": 121, r"\.(?:isWellFormed|toWellFormed)\(": 111, r"AbortSignal\.any": 116,
    r"URL\.(?:canParse|parse)\b": 120, r"\.(?:union|intersection|difference|symmetricDifference|isSubsetOf)\(": 122,
    r"startViewTransition": 111, r"Intl\.DurationFormat": 129, r"\bTemporal\.": 144, r"\bwith\s*\{\s*type:": 123,
    r"\bIterator\.(?:from|prototype)": 122, r"\.(?:values|keys|entries)\(\)\.(?:map|filter|find|some|every|toArray|take|drop)\(": 122,
    r"\.showPopover\(|popover=": 114, r"RegExp\.escape": 136,
    r"scheduler\.yield": 129, r"\.moveBefore\(": 133, r"CloseWatcher": 126, r"setHTMLUnsafe": 124,
}  # fmt: skip

IMPORT = re.compile(r"""(?:from|import)\s+["']([./][^"']+)["']""")


def scripts() -> list[Path]:
    """Return every script that the lobby page or its service worker loads, whoever imports it."""
    own = ROOT / "display" / "static"
    found = {*own.rglob("*.js"), ROOT / "queue_app/static/behaviours.js"}
    todo = list(found)
    while todo:
        script = todo.pop()
        for address in IMPORT.findall(script.read_text("utf-8")):
            place = ROOT / "queue_app" if address.startswith("/static/") else ROOT
            path = (place / address.lstrip("/") if address.startswith("/") else script.parent / address).resolve()
            if path not in found and "vendor" not in path.parts:
                found.add(path)
                todo.append(path)
    return sorted(found)


def sheets() -> list[Path]:
    """Return every style sheet of the lobby page."""
    return [
        *sorted((ROOT / "display" / "static").rglob("*.css")),
        ROOT / "queue_app/static/base.css",
        ROOT / "queue_app/static/tokens.css",
    ]


def newer(text: str, names: dict[str, int]) -> list[str]:
    """Return what in a file is newer than the oldest browser."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [
        f"{found.group(0).strip()!r} (Chromium {version})"
        for pattern, version in names.items()
        if version > OLDEST
        for found in re.finditer(pattern, plain, re.MULTILINE)
    ]


@pytest.mark.parametrize("path", [*sheets(), *scripts()], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_newer_than_the_oldest_browser(path: Path) -> None:
    assert newer(path.read_text("utf-8"), TOO_NEW if path.suffix == ".css" else TOO_NEW_IN_SCRIPTS) == []


def test_what_is_too_new_is_found() -> None:
    assert newer(
        "li { grid-template-columns: subgrid; color: color-mix(in srgb, red, blue) }\n  & b { height: 2lh }", TOO_NEW
    )
    assert newer(
        "const a = [3].toSorted(); Object.groupBy(a, (x) => x); for (const b of new Map().values().map(f)) b();",
        TOO_NEW_IN_SCRIPTS,
    )
    assert len(scripts()) > 20


def test_the_documents_name_the_oldest_browser() -> None:
    assert f"Chromium {OLDEST}" in (ROOT / "docs/lobby.md").read_text("utf-8")
