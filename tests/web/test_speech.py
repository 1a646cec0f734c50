"""The door for spoken calls, and the commands: who is let in, what can be asked for, and what is said where no voice is there."""

from __future__ import annotations

import io
import os
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch
from tests.factories import Brno
from tests.servers import QueueServer, wait_until
from tests.web.callers import assert_refused, bearer, change

Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(application: Flask, brno: Brno, context: Context) -> Ask:
    """Ask for a clip as the lobby screen of Brno: `ask("cs/A017/5")`."""
    token = bearer(context, "display", branch="brno")

    def ask(what: str, accept: str = "*/*", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {token}", "Accept": accept, **headers}
        return application.test_client().get(f"/display/brno/speech/{what}.wav", headers=sent)

    return ask


def seconds_of(sound: bytes) -> float:
    """Return how long a WAV file lasts."""
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        return file.getnframes() / 22050


def test_a_call_is_given_as_a_wav_file_that_a_browser_keeps(ask: Ask) -> None:
    answer = ask("cs/A017/2")
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    assert 1 < seconds_of(answer.data) < 8
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    etag = answer.headers["ETag"]
    assert ask("cs/A017/2").headers["ETag"] == etag != ask("sk/A017/2").headers["ETag"]
    assert ask("cs/A017/2", **{"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_what_the_branch_could_not_call_is_refused(
    ask: Ask, context: Context, brno: Brno, tmp_path: Path, accept: str
) -> None:
    change(context, Branch, "brno", languages=["cs", "de"])
    for language in ("en", "de", "xx", "..", "CS"):
        assert assert_refused(ask(f"{language}/A017/1", accept), 422, "invalid_value")["field"] == "language"
    for label in ("D001", "A", "A-1", "A01234", "017", "a017", "A17x", "AA17"):
        assert assert_refused(ask(f"cs/{label}/1", accept), 422, "invalid_value")["field"] == "label"
    for counter in ("9", "01", "Pokladna", quote("../../etc", safe="")):
        assert_refused(ask(f"cs/A017/{counter}", accept), 404, "unknown_counter")
    assert not (tmp_path / "clips").exists()


def test_counters_with_names_are_spoken(ask: Ask, context: Context, brno: Brno) -> None:
    for name in ("Pokladna 2", "1/B"):
        with context.database.writing() as connection:
            setup.add_counter(connection, brno.branch_id, name, position=9)
        context.reload("brno")
        assert seconds_of(ask(f"cs/A017/{quote(name, safe='')}").data) > 1


def test_without_a_voice_it_is_said_plainly_and_recordings_are_heard_still(
    ask: Ask, application: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = ask("en/A001/1").data
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_refused(ask("cs/A017/2"), 503, "speech_unavailable")
    assert ask("en/A001/1").data == made
    folder = tmp_path / "recordings" / "cs"
    folder.mkdir(parents=True)
    for name in ("ticket-A017", "counter-2"):
        (folder / f"{name}.wav").write_bytes(made)
    assert seconds_of(ask("cs/A017/2").data) > seconds_of(made)


def test_the_commands(application: Flask, brno: Brno, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = application.test_cli_runner().invoke
    out = tmp_path / "call.wav"
    said = run(args=["speech", "say", "hu", "A017", "5", "--out", str(out)])
    assert said.output == f"Sorszám: A, tizenhét, ötös ablak.\n{out}: {out.stat().st_size} bytes\n"
    assert seconds_of(out.read_bytes()) > 1
    assert run(args=["speech", "say", "pl", "W002", "Kasa"]).output == "Numer wu, dwa, Kasa.\n"
    assert run(args=["speech", "say", "cs", "seventeen", "5"]).exit_code == 2
    assert run(args=["speech", "check", "nowhere"]).exit_code == 1
    good = run(args=["speech", "check", "brno"])
    assert good.exit_code == 0, good.output
    assert good.output.splitlines()[0] == "cs: the voice works; recordings that can be used: 0"
    folder = tmp_path / "recordings" / "sk"
    folder.mkdir(parents=True)
    (folder / "counter-1.wav").write_bytes(out.read_bytes())
    (folder / "counter-2.wav").write_bytes(b"no sound")
    bad = run(args=["speech", "check", "brno"])
    assert bad.exit_code == 1
    assert "sk: the voice works; recordings that can be used: 1" in bad.output
    assert f"{folder / 'counter-2.wav'} is not used: it is no WAV file" in bad.output
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    mute = run(args=["speech", "check", "brno"])
    assert mute.exit_code == 1 and "cs: espeak-ng is not installed" in mute.output
    assert "not installed" in run(args=["speech", "say", "cs", "A999", "1", "--out", str(out)]).output


@pytest.fixture
def slow_voice(tmp_path: Path) -> Iterator[QueueServer]:
    """A server whose voice says nothing until the file `go` is there."""
    program = tmp_path / "bin" / "espeak-ng"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nuntil [ -e {tmp_path}/go ]; do sleep 0.02; done\n")
    program.chmod(0o755)
    folder = tmp_path / "server"
    folder.mkdir()
    path = f"{program.parent}:{os.environ['PATH']}"
    with QueueServer(folder, PATH=path, QUEUE_SPOOLER="no") as server:
        yield server


def test_a_voice_that_takes_its_time_holds_nobody_up(slow_voice: QueueServer, tmp_path: Path) -> None:
    def clip() -> int:
        request = Request(f"{slow_voice.url}/display/demo/speech/cs/A017/1.wav")
        request.add_header("Authorization", f"Bearer {slow_voice.token()}")
        try:
            with urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(clip)
        try:
            wait_until((tmp_path / "asked").exists, "the voice to be asked")
            for _ in range(5):
                assert slow_voice.api("GET", "/branches/demo/board")[0] == 200
            assert not asked.done(), "all this while the voice has not said a word"
        finally:
            (tmp_path / "go").touch()
        assert asked.result(20) == 503
