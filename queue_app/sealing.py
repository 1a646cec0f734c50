"""Encrypts the little that must be read again but must not lie open in the database or in a backup of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """What was sealed cannot be opened: it was changed, or the key it was sealed with is here no longer."""


class Sealer:
    """Seals with the first of its keys, opens with any of them (Fernet: AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys as texts of any length; each must have been made at random."""
        digests = [hashlib.sha256(f"queue data key {key}".encode()).digest() for key in keys]
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def seal(self, words: str) -> str:
        """Return `words` encrypted, as ASCII text."""
        return self._fernet.encrypt(words.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            SealBroken: none of the keys opens it.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken from None

    def reseal(self, sealed: str) -> str:
        """Return the same, sealed with the first key.

        Raises:
            SealBroken: none of the keys opens it.
        """
        try:
            return self._fernet.rotate(sealed.encode()).decode("ascii")
        except InvalidToken:
            raise SealBroken from None
