"""The commands `flask replay` and `flask load`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import current_app
from tqdm import tqdm

from queue_app.cli_context import current_context
from queue_app.clock import Clock
from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.operations import setup as people
from queue_app.operations.keep_days import keep_days
from queue_app.operations.unit_of_work import Context
from queue_app.replay import tables
from queue_app.replay.day import COUNTERS_ENDING, Day, DayError, overtaken, read_day
from queue_app.replay.evidence import judge
from queue_app.replay.http_client import Client, HttpError
from queue_app.replay.load import MORNING_HOUR, DayLoader, LoadError, hurry, loading_context
from queue_app.replay.office import (
    counters_needed,
    create_office,
    exists,
    free_slug,
    slug_of_day,
    slug_of_office,
)
from queue_app.replay.over_http import Replay, ReplayError, find_site
from queue_app.replay.record import compare_day, compare_services
from queue_app.reports.record import Record
from queue_app.store.queries import READ_STATE
from queue_app.store.session import Database

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("replay")
@click.argument("file", type=FILE)
@click.option("--url", required=True, help="Address of the running server, for example http://127.0.0.1:8000.")
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 10_000),
    default=60.0,
    show_default=True,
    help="Times faster than recorded.",
)
@click.option("--branch", help="Slug of a branch to use; a new one like the office is made where left out.")
@click.option("--token", help="Bearer token with the scope admin; one is made, and revoked at the end, where left out.")
def replay_command(file: Path, url: str, speed: float, branch: str | None, token: str | None) -> None:
    """Feed the recorded day FILE through the server at URL, over HTTP, and check that nothing was lost.

    Without --token the branch and the token are made in this installation's database, so the same settings
    must choose it as choose the server's; with --token and --branch the server may be anywhere.
    """
    if token and not branch:
        raise click.UsageError("--token needs --branch: only this installation's own branches can be made")
    try:
        day = read_day(file)
        problem = overtaken(day)
        if problem:
            raise DayError(f"{file.name} cannot be replayed by calling the next one: {problem}")
        with _door(day, branch, token) as (slug, key):
            problems = _replay(day, url, key, slug, speed)
    except (DayError, ReplayError, HttpError, QueueError) as error:
        raise click.ClickException(str(error)) from error
    _end(
        problems,
        "Nothing was lost, doubled or called out of order, and every wait was recorded as it happened.",
    )


@contextmanager
def _door(day: Day, branch: str | None, token: str | None) -> Iterator[tuple[str, str]]:
    """Give the slug of a branch and a token to use it, making what is missing."""
    if branch and token:
        yield branch, token
        return
    context = current_context()
    if branch is None:
        branch = free_slug(context, slug_of_day(day))
        create_office(
            context,
            branch,
            [day],
            dict.fromkeys((s.service_id for s in day.services), 1),
            context.clock.now(),
            recorded=False,
        )
        click.echo(f"Made the branch {branch}.")
    name = f"replay {branch}"
    try:
        yield branch, people.create_token(context, name, ["admin"], branch)
    finally:
        people.revoke_tokens(context, name)


def _replay(day: Day, url: str, token: str, branch: str, speed: float) -> list[str]:
    clock: Clock = current_app.extensions["queue_clock"]
    client = Client(url, token)
    site = find_site(client, branch, day)
    client.close()
    steps = len(day.tickets) + sum(ticket.called_at is not None for ticket in day.tickets)
    with _bar(steps, f"{branch} ×{speed:g}") as bar:
        replay = Replay(day, site, speed, clock, lambda: Client(url, token), bar.update)
        evidence = replay.run()
    click.echo(
        f"\n{day.office} {day.date} at {speed:g} times its speed; "
        "waits in seconds of the day, as in the file and as recorded:\n"
    )
    click.echo(tables.replay_table(day, evidence, speed))
    took = tables.seconds_taken(evidence.spans())
    click.echo(f"\n{tables.lateness(evidence, speed)} It took {took:.1f} s.")
    return judge(day, evidence, speed)


@click.command("load")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--branch", help="Slug of the branch; made where it is missing. One like the office where left out.")
@click.option(
    "--manager", metavar="NAME", help="Let this person read its reports: the manager of the demo, for example."
)
@click.option("--once", is_flag=True, help="Load nothing into a branch that is there already.")
def load_command(files: tuple[Path, ...], branch: str | None, manager: str | None, once: bool) -> None:
    """Load recorded days into the record, quickly, so that reports and screens can be tried on real queues.

    Files of counters lie beside the days and are read with them. A server may run meanwhile: it leaves the days of a
    loaded branch alone.
    """
    settings: Settings = current_app.extensions["queue_settings"]
    database = Database(settings.url, settings.database_pool)
    hurry(database)
    try:
        days = [read_day(path) for path in files if not path.name.endswith(COUNTERS_ENDING)]
        offices = _by_office(days)
        if branch and len(offices) > 1:
            raise click.UsageError(f"--branch takes the days of one office, not of {', '.join(sorted(offices))}")
        clock: Clock = current_app.extensions["queue_clock"]
        begun = clock.monotonic()
        known = Context(database, clock)
        if once and all(exists(known, branch or slug_of_office(own[0])) for own in offices.values()):
            return
        with quiet(), _bar(_steps(days), "loading") as bar:
            loaded = [
                (slug := branch or slug_of_office(own[0]), own, _load(database, slug, own, bar))
                for own in offices.values()
            ]
        took = clock.monotonic() - begun
        agree = all([_show(database, *done) for done in loaded])
        for slug, own, context in loaded if manager else ():
            people.let_manage(context, str(manager), slug)
            span = f"from={own[0].date}&to={own[-1].date}"
            click.echo(f"\n{manager} reads its reports at {settings.address()}/reports/{slug}?{span}")
        click.echo(f"\n{sum(len(day.tickets) for day in days)} tickets in {took:.1f} s.")
    except (DayError, LoadError, QueueError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.dispose()
    _end([] if agree else ["the record differs from the file"], "The record says what the files say.")


def _by_office(days: Iterable[Day]) -> dict[str, list[Day]]:
    offices: dict[str, list[Day]] = {}
    for day in sorted(days, key=lambda day: day.date):
        offices.setdefault(day.office, []).append(day)
    for own in offices.values():
        dates = [day.date for day in own]
        if len(set(dates)) < len(dates):
            raise DayError(f"{own[0].office}: a day is there twice")
    if not offices:
        raise DayError(f"there is no day among the files: those that end in {COUNTERS_ENDING} only lie beside one")
    return offices


def _steps(days: Iterable[Day]) -> int:
    return sum(1 + (ticket.called_at is not None) for day in days for ticket in day.tickets)


def _load(database: Database, slug: str, days: Sequence[Day], bar: Any) -> Context:
    morning = days[0].at(MORNING_HOUR)
    context, clock = loading_context(database, morning)
    if not exists(context, slug):
        create_office(context, slug, days, counters_needed(days), morning, recorded=True)
    (state,) = database.look((READ_STATE, {"branch_id": context.setup(slug).id}))[0]
    if state.business_date > days[0].date:
        raise LoadError(
            f"the branch {slug} stands at {state.business_date} already; a day before that cannot be loaded "
            "into it any more: choose another --branch"
        )
    for day in days:
        clock.set(max(clock.now(), day.at(MORNING_HOUR)))
        DayLoader(context, clock, slug, day, bar.update).load()
    return context


def _show(database: Database, slug: str, days: Sequence[Day], context: Context) -> bool:
    setup = context.setup(slug)
    for _ in keep_days(context, slug):
        pass
    record = Record(database)
    whole = [compare_day(record, database, setup, day) for day in days]
    services = [row for day in days for row in compare_services(record, setup, day)]
    click.echo(f"\n{days[0].office}, branch {slug}; waits in seconds from the number to the call:\n")
    if len(days) == 1:
        click.echo(tables.load_table([*services, *whole]))
    else:
        by_day = [replace(row, name=day.date.isoformat()) for row, day in zip(whole, days, strict=True)]
        click.echo(tables.load_table(by_day, "Day"))
    return all(row.agrees for row in (*whole, *services))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the log line of each of thousands of operations from the screen."""
    log = logging.getLogger("queue.operations")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


def _bar(total: int, what: str) -> Any:
    # With None tqdm shows nothing unless it writes to a terminal.
    return tqdm(total=total, desc=what, unit="step", disable=None, file=sys.stderr)


def _end(problems: Sequence[str], good: str) -> None:
    if problems:
        for problem in problems:
            click.echo(f"FAILED: {problem}", err=True)
        raise SystemExit(1)
    click.echo(good)
