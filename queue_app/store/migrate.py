"""Brings a database to the newest form, and says what keeps one from being used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy.exc
from sqlalchemy import inspect, text

from queue_app.domain.errors import QueueError
from queue_app.store.session import Database

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0006"
"""The form that this release needs. Written here, so that only who migrates has to import Alembic and every migration."""


def configuration() -> Config:
    """Return Alembic's configuration: the migrations of this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def migrate(database: Database) -> None:
    """Bring `database` to the newest form; nothing happens where it is there already."""
    from alembic import command

    with database.writer.connect() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def problem_of(database: Database) -> str | None:
    """Return what keeps `database` from being used, or None."""
    try:
        with database.reading() as connection:
            known = inspect(connection).has_table("alembic_version")
            current = connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
    except (QueueError, sqlalchemy.exc.DBAPIError):
        return "the database does not answer"
    return (
        None if current == NEWEST else f"the database is at {current or 'nothing'}, not at {NEWEST}: run flask migrate"
    )
