"""`flask set-up`: the first start without a browser."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from queue_app.operations.first_start import standing
from queue_app.operations.unit_of_work import Context

PASSWORD = "four words in a row"


def run(app: Flask, *arguments: str, typed: str | None = None) -> tuple[int, str]:
    """Run the command and return its exit code and what it printed."""
    result = app.test_cli_runner().invoke(args=["set-up", *arguments], input=typed)
    return result.exit_code, result.output


def everything(folder: Path, **other: str) -> list[str]:
    """Return options that leave nothing to be asked."""
    file = folder / "password"
    file.write_text(f"{PASSWORD}\n")
    options = {
        "language": "pl", "name": "Łódź Śródmieście", "country": "pl", "languages": "pl,en", "trade": "post-office",
        "username": "ola", "person": "Ola", "password-file": str(file), **other,
    }  # fmt: skip
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def test_options_alone_set_up_a_branch_and_its_administrator(
    application: Flask, context: Context, tmp_path: Path
) -> None:
    code, printed = run(application, *everything(tmp_path))
    assert code == 0 and "ola signs in at" in printed and PASSWORD not in printed
    made = context.setup("lodz-srodmiescie")
    assert (made.time_zone, made.languages) == ("Europe/Warsaw", ("pl", "en")) and made.services
    assert standing(context).has_administrator


def test_a_second_time_changes_nothing(application: Flask, context: Context, tmp_path: Path) -> None:
    run(application, *everything(tmp_path))
    code, printed = run(application, *everything(tmp_path, name="Another", username="eve"))
    assert (code, "nothing was changed" in printed) == (0, True)
    assert list(context.slugs().values()) == ["lodz-srodmiescie"]


def test_what_no_option_says_is_asked(application: Flask, context: Context) -> None:
    typed = "\n".join(["cs", "Brno", "", "", "", "dana", "Dana", PASSWORD, PASSWORD]) + "\n"
    code, printed = run(application, typed=typed)
    assert code == 0, printed
    made = context.setup("brno")
    assert (made.time_zone, made.default_language, made.services) == ("Europe/Prague", "cs", ())


def test_mistakes_are_said_and_change_nothing(application: Flask, context: Context, tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("short\n")
    for wrong in (
        {"country": "US"},
        {"slug": "Not a word"},
        {"languages": "pl,xx"},
        {"username": "Not a name"},
        {"password-file": str(tmp_path / "weak")},
    ):
        code, printed = run(application, *everything(tmp_path, **wrong))
        assert code == 1 and printed.startswith("Error: "), (wrong, printed)
        assert standing(context).is_empty


def test_the_code_for_the_pages_is_printed(application: Flask) -> None:
    code, printed = run(application, "code")
    assert code == 0 and len(printed.strip()) == 9
