"""Each command in the documents of care is run as it stands; one that needs another machine is checked word by word."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.commands_in_docs import ROOT, Block, Place, blocks_of, check, check_flask, commands_of

DOCUMENTS = [ROOT / f"docs/{name}.md" for name in ("backup", "upgrade", "operations")]
ALL = [block for document in DOCUMENTS for block in blocks_of(document)]


@pytest.mark.parametrize("block", [block for block in ALL if not block.is_run], ids=str)
def test_a_command_for_another_machine_is_one_that_is_there(block: Block) -> None:
    check(block)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_the_commands_of_a_document_run_one_after_the_other(
    document: Path, tmp_path: Path, migrated_sqlite: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_sqlite, data / "queue.sqlite3")
    place = Place(
        ROOT, {"QUEUE_DATA_DIR": str(data), "QUEUE_LOG_LEVEL": "WARNING"}, {"/var/backups/queue": str(backups)}
    )
    for block in blocks_of(document):
        if not block.is_run:
            continue
        if "flask restore" in block.text:
            (data / "queue.sqlite3").unlink()  # the machine is new
        if "doctor" in block.text:
            place.run(Block(block.file, block.line, (), "flask demo\n"))  # without a branch not all is well
        place.run(block)


def test_the_wrapper_runs_flask_with_the_settings_of_the_machine(tmp_path: Path) -> None:
    text = (ROOT / "deploy/flask").read_text("utf-8")
    (tmp_path / "queue.env").write_text(f"QUEUE_DATA_DIR={tmp_path / 'data'}\n")
    text = text.replace("exec runuser -u queue -- ", "exec ").replace("/etc/queue", str(tmp_path))
    text = text.replace("/opt/queue/.venv/bin/flask", "flask").replace("/opt/queue", str(ROOT))
    (tmp_path / "flask").write_text(text)
    os.chmod(tmp_path / "flask", 0o755)
    place = Place(tmp_path)
    said = place.run(Block(ROOT / "deploy/flask", 1, (), f"{tmp_path / 'flask'} migrate\n"))
    assert (tmp_path / "data/queue.sqlite3").exists(), said


def test_slips_of_the_pen_are_found() -> None:
    assert list(commands_of("sudo -u queue FLASK=1 flask doctor | grep x > y && cd z")) == [
        ["flask", "doctor"], ["grep", "x"], ["cd", "z"],
    ]  # fmt: skip
    for wrong in (["bakup", "x"], ["backup"], ["backup", "x", "--kep", "3"], ["backup", "x", "--keep", "none"]):
        with pytest.raises(AssertionError):
            check_flask(wrong, "here")
    for text in ("if true\n", "systemclt start queue\n", "flask frobnicate\n"):
        with pytest.raises(AssertionError):
            check(Block(ROOT / "x.md", 1, ("elsewhere",), text))
