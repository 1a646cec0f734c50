"""printing: layouts and logos, fallback and pause, the printers' own status, self-tests

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from queue_app.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this form."""
    op.create_table(
        "branch_logo",
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("branch_id"),
    )
    op.create_table(
        "printer_event",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("printer_id", types.Identifier(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_printer_event_printer", "printer_event", ["printer_id", "id"])
    op.add_column("branch", sa.Column("slip_layout", sa.JSON(), nullable=True))
    op.add_column("service", sa.Column("slip_text", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("printer", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("printer", sa.Column("status", sa.Text(), nullable=False, server_default="unknown"))
    op.add_column("printer", sa.Column("status_detail", sa.Text(), nullable=True))
    op.add_column("printer", sa.Column("status_at", types.UtcTime(), nullable=True))
    op.add_column("printer", sa.Column("token_hash", sa.Text(), nullable=True))
    op.add_column("printer", sa.Column("digest_hash", sa.Text(), nullable=True))
    op.create_index("ux_printer_token", "printer", ["token_hash"], unique=True)
    op.add_column("print_job", sa.Column("asked_by", sa.Text(), nullable=True))
    with op.batch_alter_table("print_job") as job:
        job.alter_column("ticket_id", existing_type=types.Identifier(), nullable=True)
    _link("printer", "fallback_id", "printer")
    _link("print_job", "moved_from_id", "printer")


def _link(table: str, column: str, target: str) -> None:
    """Add an empty column that refers to another table, said in full: Alembic's own way would copy the table on SQLite."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} REFERENCES {target} (id)")
