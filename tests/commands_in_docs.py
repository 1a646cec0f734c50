"""The commands in the documentation: found, run as they stand, or, where they need another machine, checked word by word.

A fenced block whose first line is ```` ```sh ```` is run. One of ```` ```sh elsewhere ```` needs root, another machine or a device:
its syntax is checked, that each of its programs is known to `PROGRAMS`, and of each `flask` command that it and its options are
there. Other blocks (`ini`, `text`) are no commands. `{{word}}` stands for nothing here: what is in a document is what people type,
so a test names the folders of the document that stand for others (`Place.stands_for`).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^( *)```(\S*) *(.*)$")

_NAMES = (
    "[ adduser apt-get cec-client pactl udevadm cat cd chmod chown chromium cp createdb createuser crontab "
    "curl docker echo export flask git grep gunicorn hostnamectl install journalctl labwc "
    "ln loginctl lpadmin lpinfo lpstat ls make mkdir mv nano nginx nmcli "
    "openssl pg_dump pip psql python3 raspi-config reboot restorecon rm rsync runuser scp sed "
    "sh ssh su sudo sudoedit systemctl systemd-analyze tail tar tee test timedatectl "
    "touch true ufw umask unattended-upgrade useradd usermod venv wget xset "
)
PROGRAMS = frozenset(_NAMES.split())
"""What documents may call; a slip of the pen in a name is no program."""


@dataclass(frozen=True)
class Block:
    """One fenced block of shell commands.

    Attributes:
        file: the document.
        line: of its first command, counted from one.
        marks: the words behind `sh`.
        text: the commands.
    """

    file: Path
    line: int
    marks: tuple[str, ...]
    text: str

    @property
    def is_run(self) -> bool:
        """Whether it can be run here as it stands."""
        return "elsewhere" not in self.marks

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True)
class Place:
    """Where the blocks of a document are run.

    Attributes:
        folder: the working folder.
        environment: further variables; `flask` and `python` are this virtual environment's.
        stands_for: texts of the document and what they are here, for example a folder of the tests for `/var/backups/queue`.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stands_for: Mapping[str, str] = field(default_factory=dict)

    def run(self, block: Block) -> str:
        """Run a block, each command after the other, and return what they said.

        Raises:
            AssertionError: one of them failed; with all that was said.
        """
        text = block.text
        for there, here in self.stands_for.items():
            text = text.replace(there, here)
        # The environment's own folder first, not where its python really lies.
        binaries = Path(sys.prefix) / "bin"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("QUEUE_")}
        done = subprocess.run(
            ["sh", "-eu", "-c", text],
            cwd=self.folder,
            env={
                **plain,
                "PATH": f"{binaries}:{os.environ['PATH']}",
                "FLASK_APP": "wsgi",
                "PYTHONPATH": str(ROOT),
                **self.environment,
            },
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert done.returncode == 0, f"{block} ended with {done.returncode}:\n{text}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


def blocks_of(file: Path) -> list[Block]:
    """Return the blocks of shell commands of a Markdown document, in its order."""
    found: list[Block] = []
    inside: tuple[int, str, str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        fence = FENCE.match(line)
        if inside is None and fence and fence[2]:
            inside, lines = (number + 1, fence[2], fence[3], len(fence[1])), []
        elif inside is not None and fence and not fence[2]:
            if inside[1] == "sh":
                found.append(Block(file, inside[0], tuple(inside[2].split()), "\n".join(lines) + "\n"))
            inside = None
        elif inside is not None:
            lines.append(line[inside[3] :])
    assert inside is None, f"{file}: a block is not closed"
    return found


def check(block: Block) -> None:
    """Check what can be known of a block without running it.

    Raises:
        AssertionError: the shell does not understand it, a program is unknown, or `flask` has no such command or option.
    """
    done = subprocess.run(["sh", "-n"], input=block.text, capture_output=True, text=True)
    assert done.returncode == 0, f"{block}: {done.stderr}"
    for words in commands_of(block.text):
        program = words[0].rpartition("/")[2]
        assert program in PROGRAMS, f"{block}: {program} is no program that is known"
        if program == "flask":
            check_flask(words[1:], str(block))


def commands_of(text: str) -> Iterator[list[str]]:
    """Yield each command of a shell text as words, without its variables, redirections, and without `sudo -u somebody`."""
    text = re.sub(r"<<-? *'?(\w+)'?\n.*?\n *\1\n", "\n", text, flags=re.S)  # what is fed to a command is no command
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars="|&;<>()\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if set(word) <= set("|&;()\n"):
            if bare := _without_wrappers(words):
                yield bare
            words = []
        else:
            words.append(word)


def _without_wrappers(words: list[str]) -> list[str]:
    kept: list[str] = []
    pending = iter(words)
    for word in pending:
        if set(word) <= set("<>&") and word:
            if kept and kept[-1].isdigit():
                kept.pop()
            next(pending, None)
            continue
        kept.append(word)
    while kept:
        if re.match(r"^[A-Za-z_][A-Za-z0-9_]*=", kept[0]):
            kept = kept[1:]
        elif kept[0] in {"sudo", "runuser", "env", "exec"} and len(kept) > 1:
            kept = kept[1:]
            while kept and kept[0].startswith("-"):
                kept = kept[2:] if kept[0] in {"-u", "-g", "-U"} else kept[1:]
        else:
            break
    return kept


def check_flask(arguments: list[str], where: str) -> None:
    """Check that a `flask` command line is one that it understands.

    Raises:
        AssertionError: there is no such command, or it does not take this.
    """
    rest = list(arguments)
    while rest and rest[0] in {"--app", "-A", "--env-file", "-e"}:
        rest = rest[2:]
    command: click.Command = _product()
    context = click.Context(command, info_name="flask", resilient_parsing=False)
    try:
        while isinstance(command, click.Group):
            assert rest, f"{where}: flask needs a command"
            found = command.get_command(context, rest[0])
            assert found is not None, f"{where}: flask has no command {rest[0]}"
            command, name, rest = found, rest[0], rest[1:]
            if not isinstance(command, click.Group) and "--help" not in rest:
                command.make_context(name, rest, parent=context).close()
    except click.BadParameter as error:
        # Files of another machine are not on this one.
        missing = isinstance(error, click.MissingParameter)
        if missing or error.param is None or not isinstance(error.param.type, click.Path):
            raise AssertionError(f"{where}: flask {' '.join(arguments)}: {error.format_message()}") from error
    except click.UsageError as error:
        raise AssertionError(f"{where}: flask {' '.join(arguments)}: {error.format_message()}") from error


@cache
def _product() -> click.Group:
    import tempfile

    from queue_app import create_app
    from queue_app.config import Settings

    return create_app(Settings(data_dir=Path(tempfile.mkdtemp(prefix="queue-docs-")), secret_key="x", data_key="x")).cli
