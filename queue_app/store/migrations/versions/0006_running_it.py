"""running it: calendar, menu, sign-ins, audit, webhooks, personal data, templates

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from queue_app.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this form."""
    for name, empty in (("calendar", "{}"), ("menu", "[]"), ("branding", "{}"), ("privacy", "{}")):
        op.add_column("branch", sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    op.add_column("branch", sa.Column("follows", sa.JSON(), nullable=True))
    op.add_column("branch_state", sa.Column("figures_only_before", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("last_number", sa.Integer(), nullable=True))
    for name in ("conditions", "instead"):
        op.add_column("service", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("service", sa.Column("season", sa.JSON(), nullable=True))
    op.add_column(
        "user_account", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("user_account", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    for name in ("totp_secret", "oidc_issuer", "oidc_subject"):
        op.add_column("user_account", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("ux_user_account_oidc", "user_account", ["oidc_issuer", "oidc_subject"], unique=True)
    op.add_column("api_token", sa.Column("created_by", sa.Text(), nullable=True))
    op.add_column("api_token", sa.Column("expires_at", types.UtcTime(), nullable=True))
    _people()
    _other_programs()
    _visitors_and_templates()
    _let_tickets_be_forgotten()


def _let_tickets_be_forgotten() -> None:
    """Take the foreign keys from the record to tickets and legs away, without copying the record."""
    if op.get_bind().dialect.name != "sqlite":
        for column in ("ticket", "leg"):
            op.drop_constraint(f"ticket_event_{column}_id_fkey", "ticket_event", type_="foreignkey")
        return
    # SQLite's own way for changes that leave the rows as they are (lang_altertable, "Making Other Kinds Of Table Schema
    # Changes"): millions of events would be copied otherwise.
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    for column in ("ticket", "leg"):
        changed = connection.exec_driver_sql(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, '') WHERE type = 'table' AND name = 'ticket_event'"
            " AND instr(sql, ?) > 0",
            (f"\tFOREIGN KEY({column}_id) REFERENCES {column} (id), \n",) * 2,
        )
        if changed.rowcount != 1:
            raise RuntimeError("the table ticket_event is not what this release's predecessor made")
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _people() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("user_id", types.Identifier(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("seen_at", types.UtcTime(), nullable=False),
        sa.Column("expires_at", types.UtcTime(), nullable=False),
        sa.Column("ended_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])
    op.create_table(
        "audit_entry",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_branch", "audit_entry", ["branch_id", "id"])


def _other_programs() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhook_branch_id", "webhook", ["branch_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("webhook_id", types.Identifier(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("not_before", types.UtcTime(), nullable=True),
        sa.Column("finished_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_webhook_delivery", "webhook_delivery", ["webhook_id", "revision"], unique=True)
    op.create_index("ix_webhook_delivery_state", "webhook_delivery", ["webhook_id", "state", "revision"])


def _visitors_and_templates() -> None:
    op.create_table(
        "visitor_contact",
        sa.Column("ticket_id", types.Identifier(), nullable=False),
        sa.Column("branch_id", types.Identifier(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("erase_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index("ix_visitor_contact_branch_id", "visitor_contact", ["branch_id"])
    op.create_index("ix_visitor_contact_erase_at", "visitor_contact", ["erase_at"])
    op.create_table(
        "config_template",
        sa.Column("id", types.Identifier(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
