"""The commands `flask printer …`: set printers up, look at them and try them, without a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from printers import KINDS, PAPERS, field_table, get_way
from printers.profiles import PROFILES
from printers.way import Field
from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.operations import printer_setup as setup
from queue_app.operations import printer_views as views

printer_group = AppGroup("printer", help="Printers: set them up, look at them, try them.")

_YES = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
_NOBODY = {"none", "-", ""}

branch_option = click.option("--branch", help="Slug of the branch; may be left out where there is only one.")
settings = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field of the address; `flask printer ways` lists them.",
)
profile_option = click.option("--profile", type=click.Choice(list(PROFILES)), help="Model of a slip printer.")
paper_option = click.option(
    "--paper", type=click.Choice(list(PAPERS)), help="Paper of printers that are sent documents."
)
language_option = click.option("--language", default="en", show_default=True, help="Language of the words.")


def _branch(slug: str | None) -> str:
    if slug is not None:
        return slug
    slugs = sorted(current_context().slugs().values())
    if len(slugs) != 1:
        known = ", ".join(slugs) or "none yet"
        raise click.ClickException(f"Which branch? Give --branch. Known: {known}.")
    return slugs[0]


def _find(branch: str, wanted: str) -> dict[str, Any]:
    """Return the printer with this name or, where none has it, with this id."""
    printers = views.printers_view(current_context(), branch)
    for printer in printers:
        if printer["name"] == wanted:
            return printer
    for printer in printers:
        if str(printer["id"]) == wanted:
            return printer
    known = ", ".join(f"{printer['id']} {printer['name']}" for printer in printers) or "none yet"
    raise click.ClickException(f"There is no printer {wanted!r}. Known: {known}.")


def _fallback(branch: str, wanted: str | None) -> int | None:
    return None if wanted is None or wanted.lower() in _NOBODY else int(_find(branch, wanted)["id"])


def _address(kind: str, sets: Sequence[str]) -> dict[str, Any]:
    """Read `field=value` as the field's declaration says."""
    fields = {field.name: field for field in get_way(kind).fields}
    address = {}
    for one in sets:
        name, sign, value = one.partition("=")
        if not sign or name not in fields:
            known = ", ".join(fields) or "none"
            raise click.ClickException(f"--set {one}: a {kind} printer's fields are {known}; write FIELD=VALUE.")
        address[name] = _value(fields[name], value)
    return address


def _value(field: Field, value: str) -> Any:
    try:
        if field.type == "int":
            return int(value)
        if field.type == "float":
            return float(value)
        if field.type == "bool":
            return _YES[value.lower()]
    except (ValueError, KeyError):
        kind = {"int": "a whole number", "float": "a number", "bool": "yes or no"}[field.type]
        raise click.ClickException(f"--set {field.name}={value}: {field.name} must be {kind}.") from None
    return value


def _where(printer: dict[str, Any]) -> str:
    address = printer["address"]
    if "host" in address:
        return f"{address['host']}:{address['port']}" if "port" in address else str(address["host"])
    if "vendor_id" in address:
        return f"{address['vendor_id']}:{address['product_id']}"
    return str(next(iter(address.values()), ""))


def _ago(moment: str | None) -> str:
    if moment is None:
        return "-"
    seconds = (current_context().clock.now() - datetime.fromisoformat(moment).astimezone(UTC)).total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@printer_group.command("list")
@branch_option
def show_all(branch: str | None) -> None:
    """List the printers: how they stand, what waits, their last success and last error."""
    with plainly():
        printers = views.printers_view(current_context(), _branch(branch))
    if not printers:
        click.echo("There is no printer yet; `flask printer add` makes one.")
        return
    names = {printer["id"]: printer["name"] for printer in printers}
    rows = [
        [
            str(printer["id"]),
            printer["name"],
            printer["kind"],
            _where(printer) or "-",
            f"paused ({printer['status']})" if printer["paused"] else printer["status"],
            str(printer["waiting"]),
            _ago(printer["last_success_at"]),
            f"{printer['last_error']}, {_ago(printer['last_error_at'])}" if printer["last_error"] else "-",
            names.get(printer["fallback"], "-"),
        ]
        for printer in printers
    ]
    _table(["ID", "NAME", "KIND", "WHERE", "STATUS", "WAITING", "LAST SLIP", "LAST ERROR", "STAND-IN"], rows)


@printer_group.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(list(KINDS)), help="How it is connected.")
@branch_option
@settings
@profile_option
@paper_option
@click.option("--fallback", metavar="NAME", help="Printer that stands in: name or id.")
def add(
    name: str, kind: str, branch: str | None, sets: tuple[str, ...], profile: str | None, paper: str | None,
    fallback: str | None,
) -> None:  # fmt: skip
    """Add a printer called NAME.

    \b
    flask printer add "Kiosk 1" --kind network --set host=10.0.0.5 --set port=9100 --profile tm-t88v
    flask printer add Archive --kind pdf_folder --set path=/srv/slips --paper a6
    """
    with plainly():
        slug = _branch(branch)
        chosen = {word: value for word, value in (("profile", profile), ("paper", paper)) if value is not None}
        wish = setup.PrinterWish(name, kind, _address(kind, sets), fallback_id=_fallback(slug, fallback), **chosen)
        printer_id = setup.add_printer(current_context(), slug, wish)
    click.echo(f"Printer {printer_id} {wish.name} was added. Try it: flask printer test {printer_id}")


@printer_group.command("change")
@click.argument("printer")
@branch_option
@click.option("--name", help="Its new name.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="How it is connected now; its address begins anew.")
@settings
@click.option("--unset", "unsets", multiple=True, metavar="FIELD", help="A field of the address that is usual again.")
@profile_option
@paper_option
@click.option("--fallback", metavar="NAME", help="Printer that stands in: name or id; “none” for nobody.")
def change(printer: str, branch: str | None, **wish: Any) -> None:
    """Change PRINTER (name or id); what is left out stays."""
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        changes = {word: wish[word] for word in ("name", "kind", "profile", "paper") if wish[word] is not None}
        if wish["fallback"] is not None:
            changes["fallback_id"] = _fallback(slug, wish["fallback"])
        kind = wish["kind"] or known["kind"]
        if wish["sets"] or wish["unsets"] or kind != known["kind"]:
            # What is masked is left out, and so stays as it was.
            kept = {} if kind != known["kind"] else {k: v for k, v in known["address"].items() if v != views.MASK}
            address = {**kept, **_address(kind, wish["sets"])}
            # A secret that is left out stays, so one that shall go is said to be empty.
            emptied = {
                field.name: "" for field in get_way(kind).fields if field.secret and field.name in wish["unsets"]
            }
            left = {name: value for name, value in address.items() if name not in wish["unsets"]}
            changes["address"] = left | emptied
        if not changes:
            raise click.ClickException("Nothing to change was given.")
        setup.change_printer(current_context(), slug, known["id"], changes)
    click.echo(f"Printer {known['id']} was changed.")


@printer_group.command("test")
@click.argument("printer")
@branch_option
@language_option
def test(printer: str, branch: str | None, language: str) -> None:
    """Print a self-test on PRINTER (name or id); the running server sends it."""
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        context = current_context()
        setup.queue_self_test(context, slug, known["id"], context.setup(slug).language(language), "command line")
    click.echo(f"The self-test is on its way to {known['name']}; `flask printer list` says what became of it.")


@printer_group.command("preview")
@click.argument("printer")
@branch_option
@language_option
@click.option("--service", help="Slug or letter of the service; the first one where left out.")
@click.option("--self-test", is_flag=True, help="The self-test instead of a visitor's slip.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PNG file to write.")
def preview(printer: str, branch: str | None, language: str, service: str | None, self_test: bool, out: Path) -> None:
    """Write a picture of a slip as PRINTER (name or id) prints it."""
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        url = current_app.extensions["queue_settings"].public_url or "https://queue.example"
        picture = views.preview_slip(
            current_context(), slug, known["id"], language, service=service, public_url=url, test=self_test
        )
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
    click.echo(f"{out}: {len(picture)} bytes")


@printer_group.command("pause")
@click.argument("printer")
@branch_option
def pause(printer: str, branch: str | None) -> None:
    """Hold the slips of PRINTER (name or id) back; meanwhile its stand-in takes them."""
    _pause(printer, branch, True, "is paused")


@printer_group.command("resume")
@click.argument("printer")
@branch_option
def resume(printer: str, branch: str | None) -> None:
    """Let the slips of PRINTER (name or id) go on."""
    _pause(printer, branch, False, "goes on")


def _pause(printer: str, branch: str | None, paused: bool, words: str) -> None:
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        setup.pause_printer(current_context(), slug, known["id"], paused)
    click.echo(f"{known['name']} {words}.")


@printer_group.command("reassign")
@click.argument("printer")
@click.argument("other")
@branch_option
def reassign(printer: str, other: str, branch: str | None) -> None:
    """Give the waiting slips of PRINTER, and the kiosks beside it, to OTHER."""
    with plainly():
        slug = _branch(branch)
        known, to = _find(slug, printer), _find(slug, other)
        moved = setup.reassign_printer(current_context(), slug, known["id"], to["id"])
    click.echo(f"{moved} {'slip goes' if moved == 1 else 'slips go'} to {to['name']}.")


@printer_group.command("remove")
@click.argument("printer")
@branch_option
@click.option("--yes", is_flag=True, help="Do not ask once more.")
def remove(printer: str, branch: str | None, yes: bool) -> None:
    """Take PRINTER (name or id) out of use; what waits for it goes to its stand-in."""
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        if not yes:
            click.confirm(f"Remove {known['name']}, for which {known['waiting']} wait?", abort=True)
        setup.remove_printer(current_context(), slug, known["id"])
    click.echo(f"{known['name']} was removed.")


@printer_group.command("token")
@click.argument("printer")
@branch_option
def token(printer: str, branch: str | None) -> None:
    """Make the password with which PRINTER fetches its slips; it is shown this once, the one before stops working."""
    with plainly():
        slug = _branch(branch)
        known = _find(slug, printer)
        if not known["fetches"]:
            raise click.ClickException(f"{known['name']} does not fetch its slips: it needs no password.")
        made = setup.new_printer_token(current_context(), slug, known["id"])
    click.echo(f"user      {known['id']}\npassword  {made}")


@printer_group.command("ways")
@click.argument("kind", required=False, type=click.Choice(list(KINDS)))
def ways(kind: str | None) -> None:
    """List the kinds of printers and the fields of their addresses; only those of KIND where it is given."""
    for name, fields in field_table().items():
        if kind is not None and name != kind:
            continue
        way = get_way(name)
        click.echo(f"{name}: {way.meaning}")
        for field in fields:
            click.echo(f"  {field['name']:24} {_said(field)}")
    if kind is None:
        click.echo(f"\nModels (--profile): {', '.join(PROFILES)}\nPapers (--paper): {', '.join(PAPERS)}")


def _said(field: dict[str, Any]) -> str:
    words = [field["meaning"]]
    if field["choices"]:
        words.append(f"One of {', '.join(field['choices'])}.")
    if field["required"]:
        words.append("[required]")
    elif field["default"] not in (None, ""):
        words.append(f"[{field['default']}{' ' + field['unit'] if field['unit'] else ''}]")
    return " ".join(words)
