"""Panels beside the real server: a call is on the panel within a second, and nothing old is left when processes die."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from queue_app.clock import SystemClock
from queue_app.operations import panel_setup as setup
from queue_app.operations.unit_of_work import Context
from queue_app.panels.virtual import VirtualPanels
from queue_app.panels.virtual_door import PanelPort
from queue_app.store.session import Database
from tests.factories import create_brno
from tests.servers import ROOT, QueueServer, free_port, wait_until


def workers_of(folder: Path) -> list[int]:
    """Return the processes that drive the panels of the installation in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes().split(b"\0")
            if b"panel-worker" in command and f"QUEUE_DATA_DIR={folder}".encode() in environment:
                found.append(int(process.name))
    return found


@pytest.fixture
def panels() -> Iterator[tuple[VirtualPanels, PanelPort]]:
    panels = VirtualPanels([1, 2])
    with PanelPort(panels) as port:
        yield panels, port


def test_a_call_is_on_the_panel_within_a_second_and_whatever_dies_it_is_right_again(
    server: QueueServer, panels: tuple[VirtualPanels, PanelPort]
) -> None:
    shown, port = panels
    # Three times as often as a tick looks: no worker where there are no panels.
    time_of_tick = time.monotonic() + 1.5
    counter = server.api("GET", "/branches/demo/counters")[1]["counters"][0]
    assert server.api("POST", f"/counters/{counter['id']}/open", {})[0] == 200
    service = server.api("GET", "/branches/demo")[1]["services"][0]["id"]
    labels = [
        server.api("POST", "/branches/demo/tickets", {"service": service})[1]["ticket"]["label"] for _ in range(4)
    ]
    wait_until(lambda: time.monotonic() > time_of_tick, "some ticks")
    assert workers_of(server.folder) == []

    address = {"host": port.host, "port": port.port, "profile": "segments-4"}
    wish = {"name": "One", "kind": "tcp", "address": address, "counter": counter["id"]}
    status, panel = server.api("POST", "/branches/demo/panels", wish)
    assert status == 201
    shown.wait_for("----", timeout_seconds=30)

    begun = time.monotonic()
    assert server.api("POST", f"/counters/{counter['id']}/call-next", {})[0] == 200
    face = shown.wait_for(labels[0])
    assert time.monotonic() - begun < 1 and face.blinks
    server.api("POST", f"/branches/demo/panels/{panel['id']}/test", {})
    wait_until(lambda: shown.face().everything, "the test")

    (worker,) = workers_of(server.folder)
    os.kill(worker, signal.SIGKILL)
    server.api("POST", f"/counters/{counter['id']}/call-next", {})
    shown.wait_for(labels[1], timeout_seconds=30)
    assert worker not in workers_of(server.folder)

    port.unplug()
    server.api("POST", f"/counters/{counter['id']}/call-next", {})
    path = "/branches/demo/panels"
    wait_until(lambda: server.api("GET", path)[1]["panels"][0]["status"] == "silent", "its silence on record")
    port.plug()
    shown.wait_for(labels[2])
    wait_until(lambda: server.api("GET", path)[1]["panels"][0]["status"] == "ok", "its coming back on record")

    server.api("POST", f"/counters/{counter['id']}/finish", {})
    server.api("POST", f"/counters/{counter['id']}/close", {})
    shown.wait_for("")
    texts = [text for text in (getattr(message, "text", "") for _, message in shown.told) if text and text != "----"]
    assert texts == sorted(texts), "an old number came after a newer one"

    # Without panels the worker goes; the server's end is the worker's.
    assert server.api("DELETE", f"{path}/{panel['id']}")[0] == 200
    wait_until(lambda: workers_of(server.folder) == [], "the worker's end")
    assert server.api("POST", path, wish)[0] == 201
    wait_until(lambda: workers_of(server.folder), "another worker")
    server.kill()
    wait_until(lambda: workers_of(server.folder) == [], "the worker's end with its server")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_two_workers_one_drives_and_the_other_takes_over(database: Database, tmp_path: Path) -> None:
    context, port, out = Context(database, SystemClock()), free_port(), tmp_path / "out"
    create_brno(context)
    address = {"host": "127.0.0.1", "port": port, "number": 2, "answer_milliseconds": 1000}
    panel = setup.add_panel(context, "brno", setup.PanelWish("Main", "tcp", address))
    environment = {**os.environ, "QUEUE_DATA_DIR": str(tmp_path)}

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload, no-any-return]

    def tell(command: str, status: str, detail: str | None) -> None:
        virtual.stdin.write(f"{command}\n")  # type: ignore[union-attr]
        virtual.stdin.flush()  # type: ignore[union-attr]
        assert "done" in virtual.stdout.readline()  # type: ignore[union-attr]
        setup.test_panel(context, "brno", panel)
        wait_until(lambda: stands() == (status, detail), f"{status} after {command}")

    def stands() -> tuple[str, str | None]:
        view = setup.panel_view(context, "brno", panel)
        return view["status"], view["detail"]

    virtual = run("virtual-panel", "--port", str(port), "--address", "1", "--address", "2", "--out", str(out))
    workers = [run("panel-worker") for _ in range(2)]
    try:
        assert "Panels 1, 2" in virtual.stdout.readline()  # type: ignore[union-attr]
        wait_until(lambda: stands() == ("ok", None), "the panel")
        first = json.loads((out / "log.jsonl").read_text("utf-8").splitlines()[0])
        assert (first["kind"], first["panel"], first["text"], first["answer"]) == ("show", 2, "", "taken")
        assert Image.open(out / "panel-02.png").size == Image.open(out / "panel-01.png").size
        tell("garble 2", "silent", "garbled")
        tell("fine", "ok", None)
        workers[0].kill()
        tell("unplug", "silent", "nobody_listens")
        tell("plug", "ok", None)
    finally:
        for process in (virtual, *workers):
            process.kill()
            process.communicate()
