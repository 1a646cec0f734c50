"""the lobby: layouts of screens, how they stand, devices that ask to be let in, panels of lamps

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from queue_app.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNPAIRED = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Go on to this form."""
    op.add_column("screen", sa.Column("layout", sa.JSON(), nullable=True))
    op.drop_column("screen", "last_seen_at")
    op.create_table(
        "screen_state",
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("screen_key", sa.Text(), nullable=False),
        sa.Column("screen_id", types.Identifier(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", types.UtcTime(), nullable=False),
        sa.Column("gone_at", types.UtcTime(), nullable=True),
        sa.Column("shows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"]),
        sa.PrimaryKeyConstraint("branch_id", "screen_key"),
    )
    op.create_index("ix_screen_state_screen_id", "screen_state", ["screen_id"])
    op.create_table(
        "pairing",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=True),
        sa.Column("device_id", types.Identifier(), nullable=True),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("done_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_pairing_code", "pairing", ["code"], unique=True, sqlite_where=UNPAIRED, postgresql_where=UNPAIRED
    )
    op.create_index("ux_pairing_secret", "pairing", ["secret_hash"], unique=True)
    op.create_table(
        "panel",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("counter_id", types.Identifier(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("test_until", types.UtcTime(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_detail", sa.Text(), nullable=True),
        sa.Column("status_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("branch_id", "name"),
    )
