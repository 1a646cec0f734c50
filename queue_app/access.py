"""Who is calling and what they may do: bearer tokens for programs, session cookies for browsers."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app, g, request, session

from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.store.people import Person, TokenHolder, find_person, find_token, hash_token
from queue_app.store.session import Database

KEPT_SECONDS = 5.0
"""How long what a token or a person may do is kept: a revoked one stops working after so many seconds at the latest."""

T = TypeVar("T")

IMPLIED = {
    "admin": frozenset({"admin", "manager", "desk", "kiosk", "display", "reports"}),
    "manager": frozenset({"manager", "desk", "display", "reports"}),
    "clerk": frozenset({"desk", "display"}),
    "desk": frozenset({"desk", "display"}),
    "kiosk": frozenset({"kiosk"}),
    "display": frozenset({"display"}),
    "reports": frozenset({"reports"}),
}
"""What a role or a scope includes."""


@dataclass(frozen=True)
class Caller:
    """Somebody or something that was recognised.

    Attributes:
        key: stable name, `user:3`, `token:7` or `device:…`.
        name: what colleagues may be shown.
        grants: pairs of a scope and a branch id (None: every branch).
        user_id: the person, where it is one.
        printer_id: the printer beside a kiosk with a token of its own.
        by_cookie: whether a browser's cookie said so, and so a CSRF token is needed to change anything.
        unlimited: programs that administrate are not slowed down.
    """

    key: str
    name: str
    grants: frozenset[tuple[str, int | None]]
    user_id: int | None = None
    printer_id: int | None = None
    language: str | None = None
    by_cookie: bool = False
    unlimited: bool = False

    def may(self, scope: str, branch_id: int | None) -> bool:
        """Say whether this caller has `scope` in the branch; with None, in every branch."""
        return (scope, None) in self.grants or (branch_id is not None and (scope, branch_id) in self.grants)

    def may_any(self, scopes: frozenset[str], branch_id: int | None) -> bool:
        """Say whether this caller has one of `scopes` in the branch."""
        return any(self.may(scope, branch_id) for scope in scopes)

    def has_any(self, scopes: frozenset[str]) -> bool:
        """Say whether this caller has one of `scopes` anywhere."""
        return any(scope in scopes for scope, _ in self.grants)


class Access:
    """Recognises callers; what it read is kept for a few seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Look callers up in `database`."""
        self._database = database
        self._clock = clock
        self._kept: dict[str, tuple[float, Caller | None]] = {}

    def of_token(self, token: str) -> Caller | None:
        """Return who holds the bearer token, None where nobody does."""
        return self.of_hash(hash_token(token))

    def of_hash(self, token_hash: str) -> Caller | None:
        """Return who holds the bearer token with this hash, None where nobody does."""
        return self._keep(f"t{token_hash}", lambda: self._read_token(token_hash))

    def seconds_now(self) -> float:
        """Return the clock's moment as seconds since 1970, which a cookie can hold."""
        return self._clock.now().timestamp()

    def of_person(self, user_id: int) -> Caller | None:
        """Return the active person with this id."""
        return self._keep(f"u{user_id}", lambda: self._read_person(user_id))

    def _keep(self, key: str, read: Callable[[], Caller | None]) -> Caller | None:
        now = self._clock.monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        if len(self._kept) > 10_000:
            self._kept.clear()
        caller = read()
        self._kept[key] = (now, caller)
        return caller

    def _read_token(self, token_hash: str) -> Caller | None:
        with self._database.reading() as connection:
            holder = find_token(connection, token_hash)
        return None if holder is None else _caller_of_token(holder)

    def _read_person(self, user_id: int) -> Caller | None:
        with self._database.reading() as connection:
            person = find_person(connection, user_id)
        return None if person is None else _caller_of_person(person)


def _caller_of_token(holder: TokenHolder) -> Caller:
    grants = {(implied, holder.branch_id) for scope in holder.scopes for implied in IMPLIED[scope]}
    return Caller(
        key=f"token:{holder.id}",
        name=holder.name,
        grants=frozenset(grants),
        user_id=holder.user_id,
        printer_id=holder.printer_id,
        unlimited="admin" in holder.scopes,
    )


def _caller_of_person(person: Person) -> Caller:
    grants = {(implied, branch_id) for role, branch_id in person.roles for implied in IMPLIED[role]}
    return Caller(
        key=f"user:{person.id}",
        name=person.display_name,
        grants=frozenset(grants),
        user_id=person.id,
        language=person.language,
        by_cookie=True,
    )


def access() -> Access:
    """Return the running application's `Access`."""
    found: Access = current_app.extensions["queue_access"]
    return found


def caller() -> Caller | None:
    """Return who makes the current request: the holder of its bearer token, the person signed in, or the device."""
    if "caller" not in g:
        g.caller = _recognise()
    found: Caller | None = g.caller
    return found


def _recognise() -> Caller | None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        found = access().of_token(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise QueueError("invalid_token")
        return found
    return of_cookie()


def of_cookie() -> Caller | None:
    """Return whom the session cookie names: a person who signed in, or a device that was let in, or both as one."""
    signed_in = "user" in session and access().seconds_now() < session.get("until", 0)
    person = access().of_person(session["user"]) if signed_in else None
    devices, printer_id = _devices()
    if person is None and not devices:
        return None
    if person is None:
        return Caller(f"device:{session['key']}", "device", devices, printer_id=printer_id, by_cookie=True)
    return Caller(
        person.key,
        person.name,
        person.grants | devices,
        person.user_id,
        printer_id,
        language=person.language,
        by_cookie=True,
    )


def _devices() -> tuple[frozenset[tuple[str, int | None]], int | None]:
    """Return what this browser was let in as, and the printer beside it; a token that was revoked lets in no longer."""
    grants = set()
    printer_id = None
    for scope, branch_id, token_hash in session.get("devices", ()):
        if token_hash is not None:
            holder = access().of_hash(token_hash)
            if holder is None or not holder.may(scope, branch_id):
                continue
            printer_id = printer_id or holder.printer_id
        grants.add((scope, branch_id))
    return frozenset(grants), printer_id


def _now() -> float:
    """Return the application's clock as seconds since 1970, which a cookie can hold."""
    clock: Clock = current_app.extensions["queue_clock"]
    return clock.now().timestamp()


def require(scopes: frozenset[str], branch_id: int | None) -> Caller:
    """Return the caller, who must have one of `scopes` in the branch.

    Raises:
        QueueError: `not_signed_in`, `invalid_token`, `not_allowed`.
    """
    found = caller()
    if found is None:
        raise QueueError("not_signed_in")
    if not found.may_any(scopes, branch_id):
        raise QueueError("not_allowed")
    return found


def check_csrf() -> None:
    """Refuse a change that a browser was tricked into: its cookie alone is not enough, the page's token must come too.

    Raises:
        QueueError: `csrf_failed`.
    """
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode(), session.get("csrf", "").encode()) or not sent:
        raise QueueError("csrf_failed")


def csrf_token() -> str:
    """Return the token that pages of this session send back with every change."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    token: str = session["csrf"]
    return token


def sign_in(user_id: int, hours: float) -> None:
    """Begin a new session for a person, for so many hours; nothing of the session before is kept but the devices let in.

    The cookie itself lives longer: a lobby screen that was let in must not go dark because nobody came to let it in again.
    """
    devices = session.get("devices", [])
    key = session.get("key") or secrets.token_urlsafe(12)
    session.clear()
    session.permanent = True
    until = access().seconds_now() + hours * 3600
    session.update(user=user_id, until=until, csrf=secrets.token_urlsafe(24), devices=devices, key=key)


def let_device_in(setup: BranchSetup, scope: str) -> None:
    """Let this browser be a kiosk or a lobby screen of the branch.

    A branch whose devices are open lets in any browser that can reach the server; any other one needs a device that was
    let in before, a person with the right, or the token of the device in the address (`?token=`), once.

    Raises:
        QueueError: `not_signed_in`, `not_allowed`.
    """
    session.permanent = True
    session.setdefault("key", secrets.token_urlsafe(12))
    csrf_token()
    token_hash = hash_token(request.args["token"]) if "token" in request.args else None
    holder = access().of_hash(token_hash) if token_hash is not None else None
    known = holder or caller()
    if not (setup.open_devices or (known is not None and known.may(scope, setup.id))):
        raise QueueError("not_allowed" if known is not None else "not_signed_in")
    if holder is None or not holder.may(scope, setup.id):
        token_hash = None
    devices = session.get("devices", [])
    others = [device for device in devices if device[:2] != [scope, setup.id]]
    # A token that comes now replaces how the browser was let in before; a mere visit does not.
    if token_hash is not None or len(others) == len(devices):
        session["devices"] = [*others, [scope, setup.id, token_hash]]
        g.pop("caller", None)


def screen_key() -> str:
    """Return the key by which this browser is known as a screen."""
    found = caller()
    key: str = session.get("key") or (found.key if found else "nobody")
    return key
