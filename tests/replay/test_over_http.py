"""Recorded days through real servers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from made_days import LARGE, MIDDLE, NAME, SMALL, MadeTicket, text_of

from tests.servers import ROOT, QueueServer, free_port

SPEED = 2000


def start(server: QueueServer, path: Path, *more: str) -> subprocess.Popen[str]:
    """Start `flask replay` on a day."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "replay", str(path), "--url", server.url, *more],
        env=server.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(replay: subprocess.Popen[str], seconds: float = 250) -> tuple[int, str, str]:
    """Return exit status and output."""
    try:
        out, err = replay.communicate(timeout=seconds)
    finally:
        replay.kill()
    return replay.returncode, out, err


def test_three_office_days_replay_over_http_without_loss(shared_server: QueueServer) -> None:
    days = {SMALL: "79/79 78/78", MIDDLE: "344/344 324/324", LARGE: "1077/1077 1075/1075"}
    # All three at once: the branches of one installation do not disturb each other.
    running = {path: start(shared_server, path, "--speed", str(SPEED)) for path in days}
    for path, counts in days.items():
        status, out, err = end(running[path])
        assert status == 0, f"{path.name}: {out}{err}"
        (total,) = re.findall(r"^all .*$", out, re.MULTILINE)
        assert " ".join(total.split()[1:4]) == f"{counts} kept"
        assert "BROKEN" not in out
        assert "Nothing was lost, doubled or called out of order" in out
        assert "\r" not in err, "a progress bar has no place in a file"
    assert "The record is consistent." in shared_server.flask("record", "verify")


def test_branch_and_token_of_another_installation_are_enough(shared_server: QueueServer, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text_of(MadeTicket(1, 1, 0, 0).row, MadeTicket(1, 2, 0, 30).row, MadeTicket(2, 1, 10, None).row))
    assert end(start(shared_server, path, "--speed", "60"))[0] == 0
    branch = "ud-somewhere-2020-01-02"
    assert shared_server.api("POST", f"/branches/{branch}/close-day")[0] == 200
    elsewhere = start(shared_server, path, "--speed", "60", "--branch", branch, "--token", shared_server.token())
    status, out, err = end(elsewhere)
    assert status == 0, f"{out}{err}"
    assert "Made the branch" not in out
    again = start(shared_server, path, "--speed", "60", "--branch", branch, "--token", shared_server.token())
    status, out, err = end(again)
    assert status == 1
    assert "somebody is waiting already for service-2: end the day there first" in err


def test_branch_without_the_days_services_is_refused_in_plain_words(shared_server: QueueServer, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text_of("1,Q,Parking,1,08:00:00,"))
    status, _, err = end(start(shared_server, path, "--branch", "demo"))
    assert status == 1
    assert "demo does not fit this day: the branch has no service of its own for Q Parking" in err


def test_day_with_overtaking_is_refused(shared_server: QueueServer, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text_of(MadeTicket(1, 1, 0, 100).row, MadeTicket(1, 2, 10, 50).row))
    status, _, err = end(start(shared_server, path))
    assert status == 1
    assert "number 2 was called before number 1" in err


def test_server_that_is_not_there_is_said_plainly(shared_server: QueueServer, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text_of(MadeTicket(1, 1, 0, 60).row))
    nobody = f"http://127.0.0.1:{free_port()}"
    status, _, err = end(start(shared_server, path, "--url", nobody))
    assert status == 1
    assert f"{nobody} does not answer" in err
    assert "Traceback" not in err
