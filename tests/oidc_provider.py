"""A small OpenID Connect provider that listens on this machine: honest, or as hostile as a test wants it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "queue", "the client's secret"


class Provider:
    """What the provider knows, and how it lies.

    Attributes:
        issuer: its name and address.
        person: what it says of whoever signs in.
        claims: what it says otherwise than the truth; None leaves a claim out.
        signs: how the answer is signed: `right`, `none`, `other_key`, `new_key` (announced late), `secret` (HS256).
        metadata: what of itself it says otherwise.
        asked: the requests for tokens, in order.
    """

    def __init__(self, port: int) -> None:
        """Make its key."""
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.keys = [self.key]
        self.person: dict[str, Any] = {"sub": "subject-1", "preferred_username": "alena.brno"}
        self.claims: dict[str, Any] = {}
        self.signs = "right"
        self.metadata: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.now = time.time()
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, address: str) -> str:
        """Let the person sign in who was sent to `address`; return where they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer a request for a token; each code is good once, for who proves that they asked for it."""
        self.asked.append(form)
        expected = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+').replace(chr(39), '%27')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if authorization.removeprefix("Basic ") not in {expected, plain}:
            return 401, {"error": "invalid_client"}
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self._sign(asked["nonce"])}

    def _sign(self, nonce: str) -> str:
        times = {"iat": int(self.now), "exp": int(self.now) + 300}
        claims = {"iss": self.issuer, "aud": CLIENT, "nonce": nonce, **times, **self.person, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signs == "none":
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts)
                + "."
            )
        if self.signs == "secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32)), algorithms=["HS256"])
        key = self.key
        if self.signs in {"other_key", "new_key"}:
            key = RSAKey.generate_key(2048, {"kid": "one" if self.signs == "other_key" else "two", "use": "sig"})
        if self.signs == "new_key":
            self.keys = [key]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def document(self, path: str) -> dict[str, Any] | None:
        """Return what stands at a path."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.metadata,
            }
        return dict(KeySet(self.keys).as_dict(private=False)) if path == "/keys" else None


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """Run a provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = provider.document(urlsplit(self.path).path)
            self._answer(200 if document is not None else 404, document or {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(5)
