"""Each worker that systemd runs ends in good order when it is asked to."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, QueueServer, wait_until


def takes_the_signal(pid: int) -> bool:
    """Say whether a process has taken it on itself what SIGTERM does."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("command", ["print-worker", "report-worker", "panel-worker"])
def test_a_worker_that_is_asked_to_end_ends_in_good_order(command: str, tmp_path: Path) -> None:
    server = QueueServer(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", command],
        cwd=ROOT,
        env=server.environment,
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: takes_the_signal(process.pid), "the worker to be at work", seconds=120)
    process.terminate()
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_a_worker_that_a_web_process_starts_draws_in_no_page_and_no_socket() -> None:
    code = (
        "import sys, queue_app.workers as workers\n"
        "from pkgutil import resolve_name\n"
        "commands = [resolve_name(command) for command in workers.COMMANDS.values()]\n"
        "assert [command.name for command in commands] == list(workers.COMMANDS)\n"
        "doors = ('queue_app.wiring', 'queue_app.web.api', 'flask_socketio', 'kiosk', 'display')\n"
        "print([name for name in sys.modules if name.startswith(doors)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr
