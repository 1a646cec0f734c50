"""The audit of the packages that we pin: a hole stops the tests, and an audit that could not be made is never silent."""

from __future__ import annotations

import re
from typing import Any

from tests.audit import ROOT, SKIPPED, asked, verdict


def package(name: str, **more: Any) -> dict[str, Any]:
    """Return what pip-audit says of a package."""
    return {"name": name, "version": "1", **more}


def test_a_known_hole_is_named_and_is_an_error() -> None:
    hole = {"id": "PYSEC-2026-1", "fix_versions": ["2"], "aliases": [], "description": ""}
    lines, is_well = verdict({"dependencies": [package("flask", vulns=[]), package("redis", vulns=[hole])]}, "")
    assert not is_well and "redis 1: PYSEC-2026-1, mended in 2" in lines
    assert verdict({"dependencies": [package("flask", vulns=[])]}, "") == (
        ["Dependency audit: 1 packages, 0 known holes."], True,
    )  # fmt: skip


def test_what_could_not_be_audited_is_said_loudly_and_is_no_error() -> None:
    for found, problem in (
        (None, "no answer within 90 s"),
        ({"dependencies": [package("flask", skip_reason="x")]}, ""),
    ):
        (line,), is_well = verdict(found, problem)
        assert is_well and line.startswith(SKIPPED)
    lines, is_well = verdict({"dependencies": [package("a", vulns=[]), package("b", skip_reason="x")]}, "")
    assert is_well and lines[-1] == f"{SKIPPED} for b"


def test_the_audit_that_is_made_gives_a_verdict_wherever_it_runs() -> None:
    found, problem = asked("--dry-run")
    assert verdict(found, problem)[0]


def test_it_is_part_of_what_everybody_runs() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^test:.*\n(\t.*\n)*\t.*-m tests\.audit\n", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")


def test_every_package_is_pinned_to_one_release() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            wanted = line.partition("#")[0].strip()
            assert not wanted or wanted == "-r requirements.txt" or re.fullmatch(r"[\w.\[\]-]+==[\w.]+", wanted), line


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = re.findall(r"`(test_\w+|tests/[\w/]+\.py)`", (ROOT / "docs/threat-model.md").read_text("utf-8"))
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert len(named) > 20
    assert [name for name in named if not (f"def {name}(" in code or (ROOT / name).is_file())] == []
