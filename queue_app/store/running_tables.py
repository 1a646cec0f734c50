"""The tables of running a branch for years: who is signed in, who changed what, other programs, personal data, templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.store.models import Base, Texts
from queue_app.store.types import Identifier


class UserSession(Base):
    """One sign-in of a person in one browser: where, how, and until when; of its key only the hash is kept.

    `way` is `password`, `totp` or `oidc`; `ended_at` is set by signing out, by being signed out, and by nothing else: a session
    whose `expires_at` has passed, or which was idle for too long, is over as well.
    """

    __tablename__ = "user_session"
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    user_id: Mapped[int] = mapped_column(Identifier, ForeignKey("user_account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    way: Mapped[str]
    address: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AuditEntry(Base):
    """One administrative change: who changed what, how it was before and how it is after; never changed, never with a secret.

    `branch_id` is empty for what belongs to the whole installation; `subject` names the thing that was changed.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_branch", "branch_id", "id"),)
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    at: Mapped[datetime]
    branch_id: Mapped[int | None] = mapped_column(Identifier, ForeignKey("branch.id"))
    actor: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Webhook(Base):
    """A web address that is told what happens; `secret` signs the calls and is encrypted, `kinds` is empty for all events."""

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    kinds: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event on its way to one web address: `queued → sent` or `failed`; a call to try the address has a revision below 0."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ux_webhook_delivery", "webhook_id", "revision", unique=True),
        Index("ix_webhook_delivery_state", "webhook_id", "state", "revision"),
    )
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(Identifier, ForeignKey("webhook.id"))
    revision: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    problem: Mapped[str | None]
    detail: Mapped[str | None]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class VisitorContact(Base):
    """The name or telephone number that a visitor left with a ticket, encrypted; erased when `erase_at` has come."""

    __tablename__ = "visitor_contact"
    ticket_id: Mapped[int] = mapped_column(Identifier, ForeignKey("ticket.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(Identifier, ForeignKey("branch.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    erase_at: Mapped[datetime | None] = mapped_column(index=True)


class ConfigTemplate(Base):
    """How branches are meant to be set up: a part of a configuration that several branches follow, each with exceptions."""

    __tablename__ = "config_template"
    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    document: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
