"""Signing in with a provider on the real server, whose one process waits for the provider and for everybody else."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import requests

from tests.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from tests.servers import QueueServer


@pytest.mark.parametrize("mode", ["eventlet"])
def test_somebody_signs_in_elsewhere_and_a_slow_provider_holds_nobody_up(tmp_path: Path, mode: str) -> None:
    with oidc_provider() as provider:
        provider.person = {"sub": "subject-1", "preferred_username": "alena"}
        settings = {
            "QUEUE_OIDC_ISSUER": provider.issuer,
            "QUEUE_OIDC_CLIENT_ID": CLIENT,
            "QUEUE_OIDC_CLIENT_SECRET": SECRET,
        }
        with QueueServer(tmp_path, QUEUE_ASYNC_MODE=mode, **settings) as server:
            browser = requests.Session()
            begun = browser.get(f"{server.url}/sign-in/elsewhere", allow_redirects=False, timeout=20)
            back = provider.authorize(begun.headers["Location"])
            assert _others_wait(provider, server, browser, back) < 1.5
            assert browser.get(f"{server.url}/api/v1/branches/demo/counters", timeout=20).status_code == 200


def _others_wait(provider: Provider, server: QueueServer, browser: requests.Session, back: str) -> float:
    """Come back while the provider thinks for three seconds; return how long somebody else waited meanwhile."""
    answer = provider.token

    def slowly(form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        time.sleep(3)
        return answer(form, authorization)

    provider.token = slowly  # type: ignore[method-assign]
    coming = threading.Thread(target=browser.get, args=[back], kwargs={"timeout": 30})
    coming.start()
    time.sleep(0.7)
    begin = time.monotonic()
    assert requests.get(f"{server.url}/healthz", timeout=20).status_code == 200
    waited = time.monotonic() - begin
    coming.join(30)
    return waited
