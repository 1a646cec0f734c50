"""The documents of the installation: each command is run, or checked word by word; units and browser flags are looked at too."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands_in_docs import ROOT, Place, blocks_of, check

DOCUMENTS = [ROOT / f"docs/{name}.md" for name in ("install", "kiosk-mode", "tv", "install-printer", "many-branches")]
ELSEWHERE = [block for document in DOCUMENTS for block in blocks_of(document) if not block.is_run]
CHROMIUM = Path("/usr/lib/chromium/chromium")


@pytest.mark.parametrize("block", ELSEWHERE, ids=str)
def test_a_command_for_another_machine_is_one_that_there_is(block: object) -> None:
    check(block)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.stem != "many-branches"], ids=lambda path: path.stem
)
def test_the_commands_of_a_document_run_one_after_the_other_on_an_empty_machine(document: Path, tmp_path: Path) -> None:
    place = Place(tmp_path, {"QUEUE_DATA_DIR": str(tmp_path / "data"), "QUEUE_LOG_LEVEL": "WARNING"})
    if document.stem == "install-printer":
        prepared = blocks_of(ROOT / "docs/install.md")
        for block in [each for each in prepared if each.is_run and "openssl" not in each.text]:
            place.run(block)
    for block in blocks_of(document):
        if block.is_run:
            place.run(block)
    if document.stem == "install":
        kept = (tmp_path / "varoshaza.yaml").read_text("utf-8")
        assert "Személyi igazolvány" in kept and "Europe/Budapest" in kept


def test_the_commands_about_many_branches_run_one_after_the_other(tmp_path: Path, migrated_sqlite: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_sqlite, data / "queue.sqlite3")
    place = Place(tmp_path, {"QUEUE_DATA_DIR": str(data), "QUEUE_LOG_LEVEL": "WARNING"})
    blocks = [block for block in blocks_of(ROOT / "docs/many-branches.md") if block.is_run]
    demo = type(blocks[0])(blocks[0].file, 0, (), "flask demo\n")
    said = "".join(place.run(block) for block in (demo, *blocks))
    assert "demo follows" not in said and "would change" in said
    assert "post-office" not in (tmp_path / "new-branch.yaml").read_text("utf-8").splitlines()[0]


def units() -> list[tuple[str, str]]:
    """Return the name and the text of each whole unit in the documents."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for match in re.finditer(r"/etc/systemd/system/([a-z]+\.service)`.*?```ini\n(.*?)```", text, re.S):
            found.append((match[1], match[2]))
    return found


def test_the_units_are_ones_that_systemd_understands(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    assert {name for name, _ in units()} == {"kiosk.service", "lobby.service"}
    for name, text in units():
        # The programs are on the machine of the kiosk, not here.
        path = tmp_path / name
        path.write_text(re.sub(r"ExecStart=/usr/bin/cage", "ExecStart=/bin/true", text))
        done = subprocess.run([program, "verify", str(path)], capture_output=True, text=True, timeout=60)
        complaints = [line for line in done.stderr.splitlines() if name in line]
        assert complaints == [], done.stderr


def test_the_browser_knows_every_flag_that_the_units_give_it() -> None:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not here")
    flags = {
        flag
        for _, text in units()
        for flag in re.findall(r"--([a-z-]+)", text.partition("chromium")[2].partition("\n")[0])
    }
    assert "kiosk" in flags and "autoplay-policy" in flags
    missing = {flag for flag in flags if _absent(flag)}
    assert missing == set(), "Chromium would leave these unheard"


def _absent(flag: str) -> bool:
    done = subprocess.run(["grep", "--quiet", "--text", "--fixed-strings", flag, str(CHROMIUM)], timeout=120)
    return done.returncode != 0
