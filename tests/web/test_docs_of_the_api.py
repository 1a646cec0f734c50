"""The examples of docs/api.md and docs/webhooks.md do what is said of them, on a real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import QueueServer, free_port, wait_until

DOCS = Path(__file__).parent.parent.parent / "docs"


def examples(page: str, language: str) -> list[str]:
    """Return the blocks of code in one language."""
    found: list[str] = re.findall(
        rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """A server that may call programs on this machine."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_PRIVATE_ADDRESSES="yes") as server:
        yield server


def run(code: str, language: str, words: dict[str, str]) -> str:
    """Run an example as its reader would, and return what it prints."""
    command = ["bash", "-euo", "pipefail", "-c", code] if language == "bash" else [sys.executable, "-c", code]
    done = subprocess.run(command, env={**os.environ, **words}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def words_of(server: QueueServer) -> dict[str, str]:
    """Return what the examples take from the environment."""
    return {"URL": server.url, "BRANCH": "demo", "TOKEN": server.token()}


def test_the_examples_of_the_api(office: QueueServer) -> None:
    words = words_of(office)
    said = [run(code, "bash", words) for code in examples("api.md", "bash")]
    assert '"slug"' in said[0] or '"services"' in said[0]
    assert '"label"' in said[1] and '"label"' in said[2]
    board, patient = [run(code, "python", words) for code in examples("api.md", "python")]
    assert "→" in board and "revision" in board and "bytes" in patient


def test_the_examples_of_webhooks(office: QueueServer) -> None:
    port = free_port()
    words = {**words_of(office), "RECEIVER": f"http://127.0.0.1:{port}/", "PORT": str(port)}
    make, replay = examples("webhooks.md", "bash")
    made = run(make, "bash", words)
    words["SECRET"] = re.search(r'"secret":"(whsec_[^"]+)"', made).group(1)  # type: ignore[union-attr]
    words["WEBHOOK"] = re.search(r'"id":(\d+)', made).group(1)  # type: ignore[union-attr]
    (receiver,) = examples("webhooks.md", "python")
    with subprocess.Popen(
        [sys.executable, "-c", receiver],
        env={**os.environ, **words},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            wait_until(lambda: listens(port), "the receiver")
            assert office.api("POST", "/branches/demo/tickets", {"service": "id-cards"})[0] == 201
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ticket_issued ")
            assert '"queued"' in run(replay, "bash", words)
            assert process.stdout.readline().split() == ["ping"]
            path = f"/branches/demo/webhooks/{words['WEBHOOK']}/deliveries"
            wait_until(
                lambda: {each["state"] for each in office.api("GET", path)[1]["deliveries"]} == {"sent"}, "the log"
            )
        finally:
            process.kill()


def listens(port: int) -> bool:
    """Say whether somebody takes calls there."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
