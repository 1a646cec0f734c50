"""Who is calling and what they may do: bearer tokens for programs, session cookies for browsers."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from flask import current_app, g, request, session

from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.store.people import (
    Person,
    TokenHolder,
    find_person,
    find_token,
    find_tokens,
    has_open_devices,
    hash_token,
)
from queue_app.store.session import Database

KEPT_SECONDS = 5.0
"""How long what a token or a person may do is kept: a revoked one stops working after so many seconds at the latest."""

MOST_KEY_LETTERS = 100

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
        screen_id: the named screen whose token it is.
        kiosk_id: likewise the kiosk.
        by_cookie: whether a browser's cookie said so, and so a CSRF token is needed to change anything.
        unlimited: programs that administrate are not slowed down.
    """

    key: str
    name: str
    grants: frozenset[tuple[str, int | None]]
    user_id: int | None = None
    printer_id: int | None = None
    screen_id: int | None = None
    kiosk_id: int | None = None
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


@dataclass(frozen=True)
class Credentials:
    """By what a caller is recognised: enough to ask again later, when the request is long over.

    Attributes:
        token_hash: of the bearer token; whoever sends one is nobody else.
        key: the browser's.
        user_id, until: who signed in, and to which second since 1970 that holds.
        devices: what the browser was let in as: scope, branch id, and the hash of the token it was let in by, None where it
            was let in because the branch's devices are open.
    """

    token_hash: str | None = None
    key: str = ""
    user_id: int | None = None
    until: float = 0
    devices: tuple[tuple[str, int, str | None], ...] = ()


class Access:
    """Recognises callers; what it read is kept for a few seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Look callers up in `database`."""
        self._database = database
        self._clock = clock
        self._kept: dict[str, tuple[float, Caller | None]] = {}
        self._open: dict[int, tuple[float, bool]] = {}

    def recognise(self, by: Credentials) -> Caller | None:
        """Return whom these credentials name now: the holder of a token, a person, a device, or both of them as one."""
        if by.token_hash is not None:
            return self.of_hash(by.token_hash)
        signed_in = by.user_id is not None and self._clock.now().timestamp() < by.until
        person = self.of_person(by.user_id) if signed_in and by.user_id is not None else None
        held = [(device, self._device(device)) for device in by.devices]
        grants = frozenset((scope, branch_id) for (scope, branch_id, _), holder in held if holder is not None)
        # Of a browser that was let in more than once, the last time counts: it is what the machine is now.
        mine = [holder for _, holder in reversed(held) if holder is not None]
        beside: dict[str, int | None] = {
            name: next((getattr(holder, name) for holder in mine if getattr(holder, name) is not None), None)
            for name in ("printer_id", "screen_id", "kiosk_id")
        }
        if person is not None:
            return replace(person, grants=person.grants | grants, **beside)  # type: ignore[arg-type]
        if not grants:
            return None
        return Caller(f"device:{by.key}", "device", grants, by_cookie=True, **beside)  # type: ignore[arg-type]

    def _device(self, device: tuple[str, int, str | None]) -> Caller | None:
        """Return as whom a browser was let in; None where the token was revoked, or the branch's devices are open no longer."""
        scope, branch_id, token_hash = device
        if token_hash is None:
            return _ANY_BROWSER if self._is_open(branch_id) else None
        holder = self.of_hash(token_hash)
        return holder if holder is not None and holder.may(scope, branch_id) else None

    def lets_in(self, device: tuple[str, int, str | None]) -> bool:
        """Say whether a browser that was let in so (see `Credentials.devices`) still is."""
        return self._device(device) is not None

    def _is_open(self, branch_id: int) -> bool:
        now = self._clock.monotonic()
        read_at, found = self._open.get(branch_id, (now - KEPT_SECONDS, False))
        if now - read_at >= KEPT_SECONDS:
            with self._database.reading() as connection:
                found = has_open_devices(connection, branch_id)
            self._open[branch_id] = (now, found)
        return found

    def read_again(self, by: Iterable[Credentials]) -> None:
        """Read anew, at once, all tokens that these credentials name: what `recognise` says next of them is true now."""
        hashes = {each.token_hash for each in by} | {device[2] for each in by for device in each.devices}
        hashes.discard(None)
        with self._database.reading() as connection:
            found = find_tokens(connection, [each for each in hashes if each])
        now = self._clock.monotonic()
        for token_hash in hashes:
            holder = found.get(token_hash or "")
            self._kept[f"t{token_hash}"] = (now, None if holder is None else _caller_of_token(holder))

    def forget(self) -> None:
        """Forget what was read: somebody has just given or taken a right."""
        self._kept.clear()
        self._open.clear()

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
        screen_id=holder.screen_id,
        kiosk_id=holder.kiosk_id,
        unlimited="admin" in holder.scopes,
    )


_ANY_BROWSER = Caller("device:", "device", frozenset())
"""Of a browser that was let in without a token: it has no name, and nothing stands beside it."""


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
    by = credentials()
    found = access().recognise(by)
    if found is None and by.token_hash is not None:
        raise QueueError("invalid_token")
    return found


def credentials() -> Credentials:
    """Return by what the current request says who it is: its bearer token, else its session cookie.

    Raises:
        QueueError: `invalid_token` for a header that is no bearer token.
    """
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise QueueError("invalid_token")
        return Credentials(hash_token(token.strip()))
    return of_cookie()


def of_cookie() -> Credentials:
    """Return what the session cookie says: a person who signed in, devices that this browser was let in as."""
    devices = tuple((scope, branch_id, token_hash) for scope, branch_id, token_hash in session.get("devices", ()))
    return Credentials(None, session.get("key", ""), session.get("user"), session.get("until", 0), devices)


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

    A branch whose devices are open lets in any browser that can reach the server, for as long as they are open; any other one
    needs the token of the device in the address (`?token=`), once, or a person with the right, for as long as they are signed
    in.

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
    mine = next((device for device in devices if device[:2] == [scope, setup.id]), None)
    # A token that comes now replaces how the browser was let in before; a mere visit does not, unless that token was revoked.
    if token_hash is not None or mine is None or not access().lets_in(tuple(mine)):
        others = [device for device in devices if device is not mine]
        session["devices"] = [*others, [scope, setup.id, token_hash]]
        g.pop("caller", None)


def let_in_at(scope: str) -> int | None:
    """Return the branch whose kiosk or lobby screen this browser is, the last of several; None where there is none."""
    devices = (tuple(device) for device in reversed(session.get("devices", ())))
    return next((device[1] for device in devices if device[0] == scope and access().lets_in(device)), None)


def screen_key(who: Caller, page: str) -> str:
    """Return the key by which a page that shows a board is known, as a screen and in what it acknowledges.

    Args:
        who: it is. A paired screen is the same one after every reload, and on a new machine in place of the old one.
        page: tells the pages of one browser apart.
    """
    if who.screen_id is not None:
        return f"screen:{who.screen_id}"
    return f"{session.get('key') or who.key}:{page}"[:MOST_KEY_LETTERS]
