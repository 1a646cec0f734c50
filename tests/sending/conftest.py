"""A certificate that signs itself, and short patience."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_app import sending
from tests.sending.mail_servers import certificate


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `localhost` with its key, which nobody trusts by itself."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, trusted as an administrator would let this machine trust it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment where the product waits long."""
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 2.0)
