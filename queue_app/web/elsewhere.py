"""Sign-in with an OpenID Connect provider, beside the accounts here: the authorisation code flow with PKCE."""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from flask import Blueprint, current_app, redirect, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from queue_app.access import access
from queue_app.clock import Clock
from queue_app.domain.errors import QueueError
from queue_app.operations.known_elsewhere import Known, person_known_elsewhere
from queue_app.web.auth import enter, inside, refuse_sign_in
from queue_app.web.operation import context, public_url

elsewhere = Blueprint("elsewhere", __name__)

SECONDS = 10
"""How long the provider may be silent."""
KEPT_SECONDS = 3600
"""How long what the provider says of itself is kept; a key that is not among its keys is looked for at once."""
LEEWAY_SECONDS = 60
"""How wrong the provider's clock, or ours, may be."""
BACK_SECONDS = 900
"""How long somebody may take at the provider."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key; never `none`, and none by a secret that this installation has too."""


class Elsewhere:
    """One provider, as this installation knows it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, claim: str, clock: Clock) -> None:
        """Ask nothing yet: the provider need not be there when the server starts.

        Args:
            issuer: the provider's name, which is its address.
            client_id, client_secret: what this installation is called there, and its secret; empty where it has none.
            claim: what says the user name here.
            clock: to check by what is over.
        """
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._claim = claim
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def begin(self, back: str) -> tuple[str, dict[str, Any]]:
        """Return where to send somebody, and what has to be known when they come back to `back`.

        Raises:
            QueueError: `sign_in_elsewhere_unreachable`.
        """
        kept = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        client = self._client(back)
        address, _ = client.create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=kept["state"],
            nonce=kept["nonce"],
            code_verifier=kept["verifier"],
        )
        return address, kept

    def finish(self, back: str, kept: dict[str, Any], answer: dict[str, str]) -> Known:
        """Return who came back, as the provider says.

        Args:
            back: as in `begin`.
            kept: what `begin` gave.
            answer: what stood in the address that they came back with.

        Raises:
            QueueError: `sign_in_elsewhere_refused`, `sign_in_elsewhere_unreachable`.
        """
        state, code = answer.get("state", ""), answer.get("code", "")
        if not code or not hmac.compare_digest(state.encode(), kept["state"].encode()):
            raise QueueError("sign_in_elsewhere_refused")
        # A provider that says who answers must be the one that was asked (RFC 9207).
        if answer.get("iss", self._issuer) != self._issuer:
            raise QueueError("sign_in_elsewhere_refused")
        told = self._token(back, code, kept["verifier"])
        return self._known(self._claims(told, kept["nonce"]))

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._client_secret or None,
            scope="openid profile email",
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
        )

    def _token(self, back: str, code: str, verifier: str) -> dict[str, Any]:
        endpoint = self._endpoint("token_endpoint")
        try:
            told: dict[str, Any] = self._client(back).fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as error:
            raise QueueError("sign_in_elsewhere_unreachable") from error
        except AuthlibBaseError as error:
            raise QueueError("sign_in_elsewhere_refused") from error
        return told

    def _claims(self, told: dict[str, Any], nonce: str) -> CodeIDToken:
        """Return what a signed answer says, after every check of OpenID Connect Core 3.1.3.7."""
        options = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        asked = {"nonce": nonce, "client_id": self._client_id, "access_token": told.get("access_token")}
        try:
            token = self._decode(str(told.get("id_token", "")))
            claims = CodeIDToken(token.claims, token.header, options, asked)
            claims.validate(int(self._clock.now().timestamp()), LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as error:
            raise QueueError("sign_in_elsewhere_refused") from error
        return claims

    def _decode(self, signed: str) -> jwt.Token:
        try:
            return jwt.decode(signed, self._keys(anew=False), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            # The provider may have changed its keys since they were read.
            return jwt.decode(signed, self._keys(anew=True), algorithms=list(ALGORITHMS))

    def _known(self, claims: CodeIDToken) -> Known:
        subject, username = claims["sub"], claims.get(self._claim)
        if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or "\0" in subject:
            raise QueueError("sign_in_elsewhere_refused")
        if self._claim == "email" and claims.get("email_verified") is not True:
            # Anybody could have entered somebody else's address there.
            username = None
        return Known(self._issuer, subject, username if isinstance(username, str) and username else None)

    def _endpoint(self, name: str) -> str:
        address = self._metadata().get(name)
        if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self._issuer).scheme:
            raise QueueError("sign_in_elsewhere_unreachable")
        return address

    def _metadata(self) -> dict[str, Any]:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        told = self._read(address, anew=False)
        if told.get("issuer") != self._issuer:
            raise QueueError("sign_in_elsewhere_unreachable")
        return told

    def _keys(self, *, anew: bool) -> KeySet:
        return KeySet.import_key_set(self._read(self._endpoint("jwks_uri"), anew=anew))  # type: ignore[arg-type]

    def _read(self, address: str, *, anew: bool) -> dict[str, Any]:
        read_at, told = self._kept.get(address, (0.0, None))
        if told is None or anew or self._clock.monotonic() - read_at >= KEPT_SECONDS:
            try:
                answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
                answer.raise_for_status()
                told = answer.json()
            except (requests.RequestException, ValueError) as error:
                raise QueueError("sign_in_elsewhere_unreachable") from error
            if not isinstance(told, dict):
                raise QueueError("sign_in_elsewhere_unreachable")
            self._kept[address] = (self._clock.monotonic(), told)
        found: dict[str, Any] = told
        return found


@elsewhere.get("/sign-in/elsewhere")
def begin() -> Any:
    """Send somebody to the provider."""
    provider = _provider()
    try:
        address, kept = provider.begin(_back())
    except QueueError as error:
        return refuse_sign_in(error, 503)
    until = access().seconds_now() + BACK_SECONDS
    session["elsewhere"] = {**kept, "until": until, "next": inside(request.args.get("next", ""))}
    return redirect(address)


@elsewhere.get("/sign-in/elsewhere/back")
def back() -> Any:
    """Let somebody in who comes back from the provider, if a person here is known there."""
    provider = _provider()
    kept = session.pop("elsewhere", None)
    try:
        if kept is None or access().seconds_now() >= kept["until"]:
            raise QueueError("sign_in_elsewhere_refused")
        known = provider.finish(_back(), kept, request.args.to_dict())
        user_id = person_known_elsewhere(context(), known)
    except QueueError as error:
        return refuse_sign_in(error, 503 if error.code == "sign_in_elsewhere_unreachable" else 401)
    return enter(user_id, "oidc", kept["next"])


def _provider() -> Elsewhere:
    found: Elsewhere | None = current_app.extensions["queue_elsewhere"]
    if found is None:
        raise QueueError("unknown_path")
    return found


def _back() -> str:
    return f"{public_url()}{url_for('elsewhere.back')}"
