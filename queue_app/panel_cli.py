"""The commands `flask panel …` and `flask panel-worker`: counter panels set up, tried and driven without a page."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.config import Settings
from queue_app.domain.branch import BranchSetup
from queue_app.only_one import only_one
from queue_app.operations import panel_setup as setup
from queue_app.operations.panel_worker import PanelWorker
from queue_app.panels.driver import COMMON
from queue_app.panels.drivers import find_drivers
from queue_app.steps import end_when_asked

panel_group = AppGroup("panel", help="Counter panels: set them up, look at them, try them.")


def _find(branch: str, wanted: str) -> dict[str, Any]:
    """Return the panel with this name or, where none has it, with this id."""
    panels = setup.panels_view(current_context(), branch)
    for panel in sorted(panels, key=lambda each: each["name"] != wanted):
        if wanted in (panel["name"], str(panel["id"])):
            return panel
    known = ", ".join(f"{panel['id']} {panel['name']}" for panel in panels) or "none yet"
    raise click.ClickException(f"There is no panel {wanted!r}. Known: {known}.")


def _counter_id(branch: BranchSetup, name: str) -> int:
    for counter in branch.counters:
        if counter.name == name:
            return counter.id
    known = ", ".join(counter.name for counter in branch.counters) or "none"
    raise click.ClickException(f"There is no counter {name!r}. Known: {known}.")


def _address(kind: str, sets: Sequence[str], arrows: Sequence[str]) -> dict[str, Any]:
    """Read `field=value` as the field's declaration says, and `counter=direction`."""
    fields = {field.name: field for field in (*find_drivers()[kind].fields, *COMMON)}
    address: dict[str, Any] = {}
    for one in sets:
        name, sign, value = one.partition("=")
        if not sign or name not in fields:
            known = ", ".join(fields)
            raise click.ClickException(f"--set {one}: fields of a {kind} panel are {known}; write FIELD=VALUE.")
        is_number = fields[name].is_number and value.isdigit() and len(value) < 10
        address[name] = int(value) if is_number else value
    if arrows:
        address["arrows"] = {name: direction for name, _, direction in (one.rpartition("=") for one in arrows)}
    return address


@panel_group.command("list")
@click.argument("branch")
def show_all(branch: str) -> None:
    """List the panels of BRANCH and how they stand."""
    with plainly():
        panels = setup.panels_view(current_context(), branch)
    if not panels:
        click.echo("There is no panel yet; `flask panel add` makes one.")
    for panel in panels:
        above = "newest call" if panel["counter"] is None else f"counter {panel['counter_name']}"
        stands = f"{panel['status']} ({panel['detail']})" if panel["detail"] else panel["status"]
        stands = stands if panel["enabled"] else "off"
        where = " ".join(f"{name}={value}" for name, value in panel["address"].items())
        click.echo(f"{panel['id']}  {panel['name']}  {above}  {stands}  {panel['kind']} {where}")


@panel_group.command("add")
@click.argument("branch")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(setup.KINDS), help="How it is connected.")
@click.option("--counter", help="Name of the counter it hangs above; without, it shows the newest call of all.")
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE", help="A field of the address; see docs/panels.md.")
@click.option("--arrow", "arrows", multiple=True, metavar="COUNTER=DIRECTION", help="Where a counter is, seen from it.")
def add(branch: str, name: str, kind: str, counter: str | None, sets: tuple[str, ...], arrows: tuple[str, ...]) -> None:
    """Add a panel called NAME to BRANCH.

    \b
    flask panel add brno "Counter 5" --kind tcp --set host=10.0.0.7 --set number=5 --counter 5
    flask panel add brno Hall --kind serial --set device=/dev/ttyUSB0 --set profile=main-segments-4 --arrow 5=left
    """
    with plainly():
        counter_id = None if counter is None else _counter_id(current_context().setup(branch), counter)
        wish = setup.PanelWish(name, kind, _address(kind, sets, arrows), counter_id)
        panel_id = setup.add_panel(current_context(), branch, wish, any_device=True)
    click.echo(f"Panel {panel_id} {name} was added. Try it: flask panel test {branch} {panel_id}")


@panel_group.command("remove")
@click.argument("branch")
@click.argument("panel")
def remove(branch: str, panel: str) -> None:
    """Take PANEL (name or id) of BRANCH away."""
    with plainly():
        known = _find(branch, panel)
        setup.remove_panel(current_context(), branch, known["id"])
    click.echo(f"{known['name']} was removed.")


@panel_group.command("test")
@click.argument("branch")
@click.argument("panel")
def test(branch: str, panel: str) -> None:
    """Light every lamp of PANEL (name or id) of BRANCH; the running server or `flask panel-worker` does it."""
    with plainly():
        known = _find(branch, panel)
        setup.test_panel(current_context(), branch, known["id"])
    click.echo(f"{known['name']} lights every lamp for {setup.TEST_SECONDS} seconds.")


@click.command("panel-worker")
@click.option("--line", type=int, hidden=True, help="Descriptor of the socket to the web process that started it.")
def panel_worker(line: int | None) -> None:
    """Drive the counter panels, until stopped; for installations where the web process does not (QUEUE_PANELS=no)."""
    settings: Settings = current_app.extensions["queue_settings"]
    worker = PanelWorker(current_context(), ends_without_panels=line is not None)
    end_when_asked(worker.stop)
    if line is not None:
        threading.Thread(target=_listen, args=(line, worker), daemon=True).start()
    # Of several web processes of one machine one drives the panels; when it ends, the next one takes over.
    with only_one(settings.data_dir / "panel-worker.lock", lambda: worker.is_stopping) as is_ours:
        if is_ours:
            worker.run()


def _listen(line: int, worker: PanelWorker) -> None:
    parent = socket.socket(fileno=line)
    # The parent's event loop has made it a socket that does not wait; this process waits.
    parent.setblocking(True)
    with contextlib.suppress(OSError):
        while parent.recv(4096):
            worker.notice()
    worker.stop()
