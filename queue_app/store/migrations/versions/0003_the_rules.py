"""the rules: who is next and why, the desk's own, notes, second services, what a counter remembers

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from queue_app.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WISHES = sa.text(
    "state = 'waiting' AND (not_before IS NOT NULL OR reserved_counter_id IS NOT NULL OR reserved_user_id IS NOT NULL"
    " OR wanted_language IS NOT NULL OR booked_for IS NOT NULL)"
)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Go on to this form."""
    for table, column, empty in (
        ("branch", "rules", "{}"),
        ("branch", "desk", "{}"),
        ("service", "outcomes", "[]"),
        ("user_account", "languages", "[]"),
        ("ticket", "next_services", "[]"),
        ("counter_session", "languages", "[]"),
        ("counter_session", "turns", "{}"),
        ("work_profile", "terms", "[]"),
    ):
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=empty))
    op.add_column("service", sa.Column("longest_wait_minutes", sa.Integer(), nullable=True))
    op.add_column("work_profile", sa.Column("manner", sa.Text(), nullable=False, server_default="first_come"))
    op.add_column("leg", sa.Column("wanted_language", sa.Text(), nullable=True))
    op.add_column("leg", sa.Column("booked_for", types.UtcTime(), nullable=True))
    op.add_column("leg", sa.Column("recalls", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("leg", sa.Column("rule_facts", sa.JSON(), nullable=True))
    op.add_column("counter_session", sa.Column("wrap_up_at", types.UtcTime(), nullable=True))
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE user_role ADD COLUMN profile_id {kind} REFERENCES work_profile (id)")
    _profiles()
    op.drop_index("ix_leg_queue", "leg")
    queue = ["branch_id", "service_id", "rank", "position", "id", "enqueued_at"]
    op.create_index("ix_leg_queue", "leg", queue, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_leg_wishes", "leg", ["branch_id"], sqlite_where=WISHES, postgresql_where=WISHES)
    op.create_table(
        "ticket_note",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("ticket_id", types.Identifier(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ticket_note_branch_id", "ticket_note", ["branch_id"])
    op.create_index("ix_ticket_note_ticket_id", "ticket_note", ["ticket_id"])


def _profiles() -> None:
    """Write what a profile takes as terms, in the order it had."""
    profile = sa.table(
        "work_profile",
        sa.column("id", sa.Integer()),
        sa.column("service_ids", sa.JSON()),
        sa.column("terms", sa.JSON()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(profile.c.id, profile.c.service_ids)).all():
        terms = [{"service_id": service_id} for service_id in row.service_ids]
        connection.execute(profile.update().where(profile.c.id == row.id).values(terms=terms))
    op.drop_column("work_profile", "service_ids")
