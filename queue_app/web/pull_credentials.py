"""How a printer proves which one it is: HTTP Basic, HTTP Digest, or its password in the address."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from werkzeug.datastructures import Authorization

from queue_app.clock import Clock
from queue_app.domain.errors import QueueError
from queue_app.limits import Limiter
from queue_app.operations.printer_setup import DIGEST_REALM
from queue_app.operations.pull_recognition import PullPrinter, find_by_token, find_by_user
from queue_app.operations.unit_of_work import Context

NONCE_SECONDS = 300
"""How long a printer may go on with one challenge before it is given another."""

NONCES_REMEMBERED = 10_000


class _Signer(TimestampSigner):
    """Signs with the moment of our clock."""

    def __init__(self, key: str, clock: Clock) -> None:
        super().__init__(key, salt="nonce for printers", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())


class Credentials:
    """Recognises printers by the present request. Passwords are never kept, told or logged."""

    def __init__(self, context: Context, key: str, failures: Limiter) -> None:
        """Look printers up in `context`.

        Args:
            context: where.
            key: signs challenges.
            failures: how often one address may fail; who has no such credentials is asked for them and has not failed.
        """
        self._context = context
        self._signer = _Signer(key, context.clock)
        self._failures = failures
        # Of each nonce, the highest count it came with: what was overheard cannot be sent once more to this process.
        self._used: OrderedDict[str, int] = OrderedDict()

    def printer(self, kind: str, token: str | None) -> PullPrinter:
        """Return the printer that makes this request.

        Args:
            kind: of the printers that use this door.
            token: the password where it stood in the address, for firmware that cannot authenticate.

        Raises:
            QueueError: `unknown_path` for a wrong address, `invalid_token` with `stale` where a new challenge will do, and
                `too_many_requests` after too many failures.
        """
        sent = request.authorization
        if token is not None:
            found = find_by_token(self._context, kind, token)
        elif sent is not None and sent.type == "basic":
            found = self._basic(kind, sent)
        elif sent is not None and sent.type == "digest":
            found = self._digest(kind, sent)
        else:
            raise QueueError("invalid_token")
        if found is None:
            self._failures.spend(f"printer {request.remote_addr}")
            raise QueueError("unknown_path" if token is not None else "invalid_token")
        return found

    def challenge(self, *, digest: bool, stale: bool = False) -> str:
        """Return the header that asks for credentials.

        Args:
            digest: in the way that never sends the password, which Epson printers know; Star printers know Basic only.
            stale: the password was right, only the challenge was too old.
        """
        if not digest:
            return f'Basic realm="{DIGEST_REALM}", charset="UTF-8"'
        nonce = self._signer.sign(secrets.token_urlsafe(9)).decode("ascii")
        again = ", stale=true" if stale else ""
        return f'Digest realm="{DIGEST_REALM}", nonce="{nonce}", qop="auth", algorithm=MD5{again}'

    def _basic(self, kind: str, sent: Authorization) -> PullPrinter | None:
        found = find_by_token(self._context, kind, sent.get("password") or "")
        return found if found is not None and str(found.id) == sent.get("username") else None

    def _digest(self, kind: str, sent: Authorization) -> PullPrinter | None:
        said = {
            name: sent.get(name) or "" for name in ("username", "realm", "nonce", "uri", "response", "cnonce", "nc")
        }
        method, algorithm = sent.get("qop"), sent.get("algorithm") or "MD5"
        if said["realm"] != DIGEST_REALM or algorithm.upper() != "MD5" or method not in {None, "auth"}:
            return None
        if not _is_this_address(said["uri"]):
            return None
        found = find_by_user(self._context, kind, said["username"])
        if found is None or found.digest_hash is None:
            return None
        ours = _md5(f"{request.method}:{said['uri']}")
        middle = f"{said['nonce']}:{said['nc']}:{said['cnonce']}:auth" if method else said["nonce"]
        expected = _md5(f"{found.digest_hash}:{middle}:{ours}")
        if not hmac.compare_digest(expected.encode(), said["response"].lower().encode(errors="replace")):
            return None
        try:
            self._signer.unsign(said["nonce"], max_age=NONCE_SECONDS)
        except SignatureExpired:
            raise QueueError("invalid_token", stale=True) from None
        except BadSignature:
            return None
        self._count(said["nonce"], said["nc"] if method else "1")
        return found

    def _count(self, nonce: str, count: str) -> None:
        number = int(count, 16) if re.fullmatch(r"[0-9a-fA-F]{1,8}", count) else 0
        # Without `qop` nothing counts: such a client can use each challenge once.
        if number <= self._used.get(nonce, 0):
            raise QueueError("invalid_token", stale=True)
        self._used[nonce] = number
        self._used.move_to_end(nonce)
        if len(self._used) > NONCES_REMEMBERED:
            self._used.popitem(last=False)


def _is_this_address(uri: str) -> bool:
    """Say whether a digest was made for the address of this request, and not overheard at another."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    query = request.query_string.decode("ascii", "replace")
    return (parts.path, parts.query) == (request.root_path + request.path, query)


def _md5(text: str) -> str:
    # RFC 7616 with the algorithm that printers know. The password is random: MD5 does not make it guessable.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
