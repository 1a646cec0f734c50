"""Who is calling and what they may do: bearer tokens for programs, session cookies for browsers."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app, g, request, session

from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.store.people import (
    TokenHolder,
    find_token,
    find_tokens,
    has_open_devices,
    hash_token,
)
from queue_app.store.session import Database
from queue_app.store.sign_ins import SignIn, end_sign_ins, find_sign_ins, insert_sign_in, note_seen

KEPT_SECONDS = 5.0
"""How long what a token or a person may do is kept: a revoked one stops working after so many seconds at the latest."""

MOST_KEY_LETTERS = 100

MOST_KEPT = 10_000

SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down, at the most, that somebody who is signed in was here."""

SELF = "self"
"""The scope of everybody who is signed in: their own account."""

T = TypeVar("T")

IMPLIED = {
    "admin": frozenset({"admin", "manager", "supervise", "desk", "kiosk", "display", "reports", "audit"}),
    "manager": frozenset({"manager", "supervise", "desk", "display", "reports"}),
    "supervisor": frozenset({"supervise", "desk", "display"}),
    "clerk": frozenset({"desk", "display"}),
    "auditor": frozenset({"audit", "reports"}),
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
        sign_in_id: the sign-in by which a person was recognised.
        must_change_password: a person who may do nothing else before they have chosen a password of their own.
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
    sign_in_id: int | None = None
    must_change_password: bool = False

    def may(self, scope: str, branch_id: int | None) -> bool:
        """Say whether this caller has `scope` in the branch; with None, in every branch."""
        return (scope, None) in self.grants or (branch_id is not None and (scope, branch_id) in self.grants)

    def may_any(self, scopes: frozenset[str], branch_id: int | None) -> bool:
        """Say whether this caller has one of `scopes` in the branch."""
        return any(self.may(scope, branch_id) for scope in scopes)

    def has_any(self, scopes: frozenset[str]) -> bool:
        """Say whether this caller has one of `scopes` anywhere."""
        return any(scope in scopes for scope, _ in self.grants)

    def refused(self) -> QueueError:
        """Return why somebody without the right is refused."""
        return QueueError("password_must_change" if self.must_change_password else "not_allowed")


@dataclass(frozen=True)
class Credentials:
    """By what a caller is recognised: enough to ask again later, when the request is long over.

    Attributes:
        token_hash: of the bearer token; whoever sends one is nobody else.
        key: the browser's.
        sign_in: the hash of the key of a person's sign-in.
        devices: what the browser was let in as: scope, branch id, and the hash of the token it was let in by, None where it
            was let in because the branch's devices are open.
    """

    token_hash: str | None = None
    key: str = ""
    sign_in: str | None = None
    devices: tuple[tuple[str, int, str | None], ...] = ()


class Access:
    """Recognises callers; what it read is kept for a few seconds."""

    def __init__(self, database: Database, clock: Clock, idle: timedelta | None = None) -> None:
        """Look callers up in `database`; who was not here for longer than `idle` is signed in no longer."""
        self._database = database
        self._clock = clock
        self._idle = idle
        self._kept: dict[str, tuple[float, Caller | None]] = {}
        self._sign_ins: dict[str, tuple[float, SignIn | None]] = {}
        self._open: dict[int, tuple[float, bool]] = {}

    def recognise(self, by: Credentials) -> Caller | None:
        """Return whom these credentials name now: the holder of a token, a person, a device, or both of them as one."""
        if by.token_hash is not None:
            return self.of_hash(by.token_hash)
        person = self._person(by.sign_in) if by.sign_in is not None else None
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
        """Read anew, at once, all that these credentials name: what `recognise` says next of them is true now."""
        by = list(by)
        sign_ins = [each.sign_in for each in by if each.sign_in is not None]
        hashes = {each.token_hash for each in by} | {device[2] for each in by for device in each.devices}
        hashes.discard(None)
        with self._database.reading() as connection:
            found = find_tokens(connection, [each for each in hashes if each], self._clock.now())
            signed_in = find_sign_ins(connection, sign_ins)
        now = self._clock.monotonic()
        self._sign_ins |= {key_hash: (now, signed_in.get(key_hash)) for key_hash in sign_ins}
        for token_hash in hashes:
            holder = found.get(token_hash or "")
            self._kept[f"t{token_hash}"] = (now, None if holder is None else _caller_of_token(holder))

    def forget(self) -> None:
        """Forget what was read: somebody has just given or taken a right."""
        self._kept.clear()
        self._sign_ins.clear()
        self._open.clear()

    def of_token(self, token: str) -> Caller | None:
        """Return who holds the bearer token, None where nobody does."""
        return self.of_hash(hash_token(token))

    def of_hash(self, token_hash: str) -> Caller | None:
        """Return who holds the bearer token with this hash, None where nobody does."""
        return self._keep(f"t{token_hash}", lambda: self._read_token(token_hash))

    def _person(self, key_hash: str) -> Caller | None:
        """Return the person whose sign-in has a key with this hash, where it still holds."""
        found = self._sign_in(key_hash)
        if found is None or not self._holds(found, self._clock.now()):
            return None
        return _caller_of_person(found)

    def _holds(self, found: SignIn, now: datetime) -> bool:
        return now < found.expires_at and (self._idle is None or now - found.seen_at < self._idle)

    def _sign_in(self, key_hash: str) -> SignIn | None:
        now = self._clock.monotonic()
        read_at, found = self._sign_ins.get(key_hash, (now - KEPT_SECONDS, None))
        if now - read_at >= KEPT_SECONDS:
            if len(self._sign_ins) > MOST_KEPT:
                self._sign_ins.clear()
            with self._database.reading() as connection:
                found = find_sign_ins(connection, [key_hash]).get(key_hash)
            self._sign_ins[key_hash] = (now, found)
        return found

    def seconds_now(self) -> float:
        """Return the clock's moment as seconds since 1970, which a cookie can hold."""
        return self._clock.now().timestamp()

    def note_seen(self, key_hash: str) -> None:
        """Write down, once a minute at the most, that the person with this sign-in is here."""
        read_at, found = self._sign_ins.get(key_hash, (0.0, None))
        now = self._clock.now()
        if found is None or now - found.seen_at < SEEN_EVERY or not self._holds(found, now):
            return
        self._sign_ins[key_hash] = (read_at, replace(found, seen_at=now))
        with self._database.writing() as connection:
            note_seen(connection, found.id, now)

    def begin(self, user_id: int, way: str, hours: float, address: str, agent: str) -> str:
        """Write down that a person has signed in, for so many hours, and return the key of it, which only their browser has."""
        key, now = secrets.token_urlsafe(32), self._clock.now()
        with self._database.writing() as connection:
            until = now + timedelta(hours=hours)
            insert_sign_in(connection, user_id, hash_token(key), way, now, until, address, agent)
        return key

    def end(self, key: str) -> None:
        """End the sign-in with this key."""
        with self._database.writing() as connection:
            end_sign_ins(connection, self._clock.now(), key_hash=hash_token(key))
        self._sign_ins.pop(hash_token(key), None)

    def _keep(self, key: str, read: Callable[[], Caller | None]) -> Caller | None:
        now = self._clock.monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        caller = read()
        self._kept[key] = (now, caller)
        return caller

    def _read_token(self, token_hash: str) -> Caller | None:
        with self._database.reading() as connection:
            holder = find_token(connection, token_hash, self._clock.now())
        return None if holder is None else _caller_of_token(holder)


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


def _caller_of_person(found: SignIn) -> Caller:
    person = found.person
    grants = {(implied, branch_id) for role, branch_id in person.roles for implied in IMPLIED[role]}
    return Caller(
        key=f"user:{person.id}",
        name=person.display_name,
        grants=frozenset({(SELF, None)} if found.must_change_password else grants | {(SELF, None)}),
        user_id=person.id,
        language=person.language,
        by_cookie=True,
        sign_in_id=found.id,
        must_change_password=found.must_change_password,
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
    if found is not None and by.sign_in is not None:
        access().note_seen(by.sign_in)
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
    key = session.get("sign_in")
    return Credentials(None, session.get("key", ""), hash_token(key) if key else None, devices)


def require(scopes: frozenset[str], branch_id: int | None) -> Caller:
    """Return the caller, who must have one of `scopes` in the branch.

    Raises:
        QueueError: `not_signed_in`, `invalid_token`, `not_allowed`, `password_must_change`.
    """
    found = caller()
    if found is None:
        raise QueueError("not_signed_in")
    if not found.may_any(scopes, branch_id):
        raise found.refused()
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


def sign_in(user_id: int, way: str, hours: float) -> None:
    """Begin a new session for a person, for so many hours; nothing of the session before is kept but the devices let in.

    The cookie itself lives longer: a lobby screen that was let in must not go dark because nobody came to let it in again.
    """
    sign_out()
    devices = session.get("devices", [])
    key = session.get("key") or secrets.token_urlsafe(12)
    session.clear()
    session.permanent = True
    mine = access().begin(user_id, way, hours, request.remote_addr or "", request.headers.get("User-Agent", ""))
    session.update(sign_in=mine, csrf=secrets.token_urlsafe(24), devices=devices, key=key)
    g.pop("caller", None)


def sign_out() -> None:
    """End the sign-in of this browser, where there is one; a device that was let in stays one."""
    key = session.pop("sign_in", None)
    if key:
        access().end(key)
    g.pop("caller", None)


def rights_changed() -> None:
    """Let what was changed of people's or devices' rights hold at once: also open lines are cut that may be no longer."""
    access().forget()
    current_app.extensions["queue_screens_changed"]()


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
