"""How commands say what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from printers.errors import PrinterError
from queue_app.domain.errors import QueueError
from queue_app.errors import message_of


@contextmanager
def plainly() -> Iterator[None]:
    """Say a refusal in one line and exit with 1."""
    try:
        yield
    except QueueError as error:
        more = ": ".join(str(error.details[name]) for name in ("field", "problem") if error.details.get(name))
        raise click.ClickException(f"{message_of(error, 'en')} {more}".rstrip()) from error
    except PrinterError as error:
        raise click.ClickException(error.message) from error
