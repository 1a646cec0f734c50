"""The commands `flask speech …`: hear a call, and see whether a branch can speak."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.operations.announcing import spoken_languages
from queue_app.speech.clips import Clips
from queue_app.speech.numbers import LANGUAGES
from queue_app.speech.phrases import LABEL, announcement
from queue_app.speech.voice import VoiceError, speak

speech_group = AppGroup("speech", help="Spoken calls: hear one, and see whether a branch can speak.")

HOW_TO_GET_IT = "Install the Debian package espeak-ng, or record the calls: docs/lobby.md says how."


def _clips() -> Clips:
    found: Clips = current_app.extensions["queue_clips"]
    return found


@speech_group.command("say")
@click.argument("language", type=click.Choice(LANGUAGES))
@click.argument("label")
@click.argument("counter")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="WAV file to write.")
def say(language: str, label: str, counter: str, out: Path | None) -> None:
    """Print how a call of LABEL to COUNTER is said in LANGUAGE; with --out, write its sound too.

    \b
    flask speech say cs A017 5 --out call.wav
    """
    if LABEL.fullmatch(label) is None:
        raise click.BadParameter("letters and a number are needed, like A017", param_hint="LABEL")
    click.echo(announcement(language, label, counter))
    if out is None:
        return
    try:
        out.write_bytes(_clips().clip(language, label, counter))
    except VoiceError as error:
        raise click.ClickException(f"It cannot be spoken: {error}. {HOW_TO_GET_IT}") from error
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
    click.echo(f"{out}: {out.stat().st_size} bytes")


@speech_group.command("check")
@click.argument("branch")
def check(branch: str) -> None:
    """Say for each language of BRANCH whether its voice works and which recordings cannot be used; exit with 1 on trouble."""
    with plainly():
        context = current_context()
        setup = context.setup(branch)
    trouble = False
    for language in spoken_languages(setup):
        recordings = _clips().recordings(language)
        voice = _trouble_of_voice(language)
        problems = recordings.problems()
        trouble = trouble or voice is not None or bool(problems)
        click.echo(f"{language}: {voice or 'the voice works'}; recordings that can be used: {recordings.count()}")
        for name, problem in problems.items():
            click.echo(f"  {recordings.folder / name} is not used: {problem}")
    if trouble:
        raise click.ClickException(f"Not everything is as it should be. {HOW_TO_GET_IT}")


def _trouble_of_voice(language: str) -> str | None:
    try:
        speak(language, announcement(language, "A1", "1"))
    except VoiceError as error:
        return str(error)
    return None
