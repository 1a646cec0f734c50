"""Brings a database to the newest form, and says what keeps one from being used."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy.exc
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from queue_app.domain.errors import QueueError
from queue_app.store.session import Database


def configuration() -> Config:
    """Return Alembic's configuration: the migrations of this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def migrate(database: Database) -> None:
    """Bring `database` to the newest form; nothing happens where it is there already."""
    with database.writer.connect() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def problem_of(database: Database) -> str | None:
    """Return what keeps `database` from being used, or None."""
    try:
        with database.reading() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (QueueError, sqlalchemy.exc.DBAPIError):
        return "the database does not answer"
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    return (
        None if current == newest else f"the database is at {current or 'nothing'}, not at {newest}: run flask migrate"
    )
