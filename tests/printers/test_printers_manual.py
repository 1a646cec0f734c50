"""The manual of printers: every way, every field, every word and every command stands in it as it is declared."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from printers.errors import RETRYABLE
from printers.status import WORDS
from printers.virtual_commands import COMMANDS
from printers.way import Field, Way
from printers.ways import find_ways
from queue_app.virtual_printer_cli import virtual_printer

MANUAL = (Path(__file__).parents[2] / "docs/printers.md").read_text("utf-8")
WAYS = find_ways()


def kind_of_value(field: Field) -> str:
    match field.type:
        case "choice":
            return ", ".join(f"`{choice}`" for choice in field.choices)
        case "int" | "float":
            unit = f" {field.unit}" if field.unit else ""
            return f"{field.min:g} to {field.max:g}{unit}"
        case "bool":
            return "true or false"
        case "path":
            return "path"
        case _:
            return f"text, such as `{field.example}`" if field.example else "text"


def default(field: Field) -> str:
    if field.required:
        return "needed"
    if field.default == "":
        return "empty"
    text = str(field.default).lower() if isinstance(field.default, bool) else f"{field.default}"
    return f"`{text}`"


def row(field: Field) -> str:
    secret = " Never shown again." if field.secret else ""
    return f"| `{field.name}` | {kind_of_value(field)} | {default(field)} | {field.meaning}{secret} |"


def table(way: Way) -> str:
    """The table of a way as it has to stand in the manual."""
    if not way.fields:
        return "No fields."
    return "\n".join(["| field | value | default | meaning |", "| --- | --- | --- | --- |", *map(row, way.fields)])


@pytest.mark.parametrize("kind", WAYS)
def test_every_way_has_its_section_with_its_fields(kind: str) -> None:
    way = WAYS[kind]
    section = MANUAL.split(f"\n### `{kind}`\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    assert way.meaning in section
    assert table(way) in section
    forms = ", ".join(f"`{form}`" for form in way.forms)
    assert f"Sends {forms}." in section or f"Gives {forms}." in section


def test_there_is_no_section_of_a_way_that_is_none() -> None:
    assert re.findall(r"^### `(\w+)`$", MANUAL, re.MULTILINE) == list(WAYS)


def test_every_status_word_and_every_error_code_is_explained() -> None:
    for word in (*WORDS, *RETRYABLE):
        assert f"| `{word}` |" in MANUAL


def test_every_code_is_said_to_be_tried_again_or_not() -> None:
    for code, retryable in RETRYABLE.items():
        assert re.search(rf"^\| `{code}` \| {'yes' if retryable else 'no'} \| \w.* \|$", MANUAL, re.MULTILINE), code


def test_every_command_of_the_virtual_printer_is_explained_there_and_in_its_help() -> None:
    for command, meaning in COMMANDS.items():
        assert f"| `{command}` | {meaning} |" in MANUAL
    help_text = " ".join((virtual_printer.help or "").split())
    for word in {command.split()[0] for command in COMMANDS}:
        assert re.search(rf"\b{word}\b", help_text), word


def test_a_command_that_is_none_is_refused_before_the_virtual_printer_runs(tmp_path: Path) -> None:
    done = CliRunner().invoke(virtual_printer, ["--port", "0", "--out", str(tmp_path), "--tell", "dance"])
    assert done.exit_code == 1 and "paper out" in done.output
    done = CliRunner().invoke(virtual_printer, ["--port", "0", "--out", str(tmp_path), "--profile", "tm-9000"])
    assert done.exit_code == 1 and "tm-9000" in done.output
