"""`flask doctor`: looks at everything, and says in a line each how it stands and what to do."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask import current_app

from queue_app.care import branch_looks, database_looks, machine_looks
from queue_app.care.findings import Finding, Look, Patient, Standing, examine

FIRST: tuple[Look, ...] = (machine_looks.settings, machine_looks.data_folder, database_looks.database)
THEN: tuple[Look, ...] = (
    database_looks.database_file, database_looks.connections, database_looks.keys, database_looks.days,
    machine_looks.clock, machine_looks.redis, machine_looks.programs, machine_looks.backups,
    branch_looks.branches, branch_looks.printers, branch_looks.screens_and_sending, branch_looks.mail,
    branch_looks.people, branch_looks.doors,
)  # fmt: skip
COLOURS = {Standing.OK: "green", Standing.WARN: "yellow", Standing.BAD: "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.option("--record", is_flag=True, help="Verify the whole record too; on a large database it takes minutes.")
def doctor_command(as_json: bool, record: bool) -> None:
    """Look at everything and say what to do; a line each: ok, warn, bad. Exit status 1 where something is bad."""
    found = look_at_everything(_patient(), record=record)
    if as_json:
        counts = {str(standing): sum(each.standing == standing for each in found) for standing in Standing}
        click.echo(json.dumps({**counts, "findings": [asdict(each) for each in found]}, ensure_ascii=False, indent=1))
    else:
        for each in found:
            word = click.style(f"{each.standing:4}", fg=COLOURS[each.standing])
            click.echo(f"{word} {each.what}: {each.says}" + (f" → {each.todo}" if each.todo else ""))
    if any(each.standing == Standing.BAD for each in found):
        raise SystemExit(1)


def look_at_everything(patient: Patient, *, record: bool) -> list[Finding]:
    """Return what is found; without a database that can be used, only what can be known without it."""
    found = list(examine(patient, FIRST))
    if any(each.what == "database" and each.standing == Standing.BAD for each in found):
        return [*found, *examine(patient, (machine_looks.redis, machine_looks.programs, machine_looks.backups))]
    return [*found, *examine(patient, THEN), *(examine(patient, (database_looks.whole_record,)) if record else ())]


def _patient() -> Patient:
    there = current_app.extensions
    return Patient(there["queue_settings"], there["queue_context"], there["queue_sealer"], there["queue_lobbies"])
