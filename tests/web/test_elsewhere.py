"""Signing in with an OpenID Connect provider, an honest one and hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import SettingError, Settings
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import User
from queue_app.store.running_tables import AuditEntry, UserSession
from tests.factories import create_brno
from tests.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from tests.servers import free_port
from tests.web.callers import sign_in

COUNTERS = "/api/v1/branches/brno/counters"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """One provider for all tests of this file: its key takes a while to make."""
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, clock: SimulatedClock) -> Provider:
    """The provider, honest, by the obedient clock."""
    running.person = {"sub": "subject-1", "preferred_username": "alena.brno"}
    running.claims, running.metadata, running.signs = {}, {}, "right"
    running.keys, running.now = [running.key], clock.now().timestamp()
    running.asked.clear()
    return running


def settings_of(provider: Provider, database_url: str, tmp_path: Path, **more: Any) -> Settings:
    """Return the settings of an installation that knows the provider."""
    return Settings(
        data_dir=tmp_path, database_url=database_url, secret_key="signs cookies in tests", spooler=False, report_worker=False,
        database_pool=4, oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_name="Town login",
        **more,
    )  # fmt: skip


@pytest.fixture
def application(provider: Provider, database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[Flask]:
    """The product with a provider beside the passwords."""
    app = create_app(settings_of(provider, database_url, tmp_path), clock=clock)
    create_brno(app.extensions["queue_context"])
    yield app
    app.extensions["queue_context"].database.dispose()


@pytest.fixture
def brno() -> None:
    """Made with the application already."""


def go(client: FlaskClient, provider: Provider, following: str = "") -> TestResponse:
    """Sign in with the provider, as a browser does."""
    begun = client.get("/sign-in/elsewhere", query_string={"next": following})
    assert begun.status_code == 302, begun.text
    return client.get(provider.authorize(begun.location))


def test_who_is_known_here_by_name_comes_in_and_is_known_by_subject_from_then_on(
    application: Flask, provider: Provider, context: Context
) -> None:
    client = application.test_client()
    assert "Town login" in client.get("/sign-in").text
    entered = go(client, provider, "/reports/brno")
    assert (entered.status_code, entered.location) == (302, "/reports/brno")
    assert client.get(COUNTERS).status_code == 200
    provider.person = {"sub": "subject-1", "preferred_username": "bohdan.brno"}  # renamed there
    again = application.test_client()
    go(again, provider)
    with context.database.reading() as connection:
        alena = connection.execute(select(User.id).where(User.username == "alena.brno")).scalar_one()
        rows = connection.execute(select(UserSession.user_id, UserSession.way)).all()
        linked = connection.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert [tuple(row) for row in rows] == [(alena, "oidc")] * 2
    assert [tuple(row) for row in linked] == [("link_person", "alena.brno")]


def test_local_passwords_stay(application: Flask, provider: Provider) -> None:
    client = application.test_client()
    assert sign_in(client, "alena.brno").status_code == 302
    assert client.get(COUNTERS).status_code == 200


@pytest.mark.parametrize("username", ["nobody.here", None, "", "ALENA.brno", "alena.brno\0", 5])
def test_who_is_unknown_here_is_refused_and_not_made(
    application: Flask, provider: Provider, context: Context, username: Any
) -> None:
    provider.person = {"sub": "subject-9", "preferred_username": username}
    with context.database.reading() as connection:
        before = connection.execute(select(User.__table__)).all()
    refused(application, provider)
    with context.database.reading() as connection:
        assert connection.execute(select(User.__table__)).all() == before


def refused(application: Flask, provider: Provider, status: int = 401) -> None:
    """Fail unless the provider's answer lets nobody in."""
    client = application.test_client()
    answer = go(client, provider)
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert client.get(COUNTERS).status_code == 401


def test_two_people_there_are_never_one_here(application: Flask, provider: Provider) -> None:
    go(application.test_client(), provider)
    provider.person = {"sub": "subject-2", "preferred_username": "alena.brno"}
    refused(application, provider)


def test_who_was_deactivated_here_is_refused(application: Flask, provider: Provider, context: Context) -> None:
    go(application.test_client(), provider)
    with context.database.writing() as connection:
        connection.execute(update(User).where(User.username == "alena.brno").values(active=False))
    refused(application, provider)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "somebody else"}, {"aud": None}, {"aud": ["somebody else"]},
        {"aud": [CLIENT, "other"]}, {"aud": [CLIENT, "other"], "azp": "other"}, {"iss": "http://127.0.0.1:1"}, {"iss": None},
        {"exp": 1}, {"exp": None}, {"iat": None}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 300}, {"at_hash": "wrong"},
        {"nbf": 4_000_000_000}, {"exp": "soon"},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_for_somebody_else_lets_nobody_in(
    application: Flask, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused(application, provider)


@pytest.mark.parametrize("signs", ["none", "other_key", "secret"])
def test_an_answer_that_the_provider_did_not_sign_lets_nobody_in(
    application: Flask, provider: Provider, signs: str
) -> None:
    provider.signs = signs
    refused(application, provider)


def test_a_new_key_of_the_provider_is_looked_for(application: Flask, provider: Provider) -> None:
    go(application.test_client(), provider)
    provider.signs = "new_key"
    assert go(application.test_client(), provider).status_code == 302


def test_a_code_is_good_once_and_for_the_browser_that_asked(application: Flask, provider: Provider) -> None:
    mine, thief = application.test_client(), application.test_client()
    back = provider.authorize(mine.get("/sign-in/elsewhere").location)
    assert thief.get(back).status_code == 401
    thief.get("/sign-in/elsewhere")
    assert thief.get(back).status_code == 401  # the state is another browser's
    assert mine.get(back).status_code == 302
    mine.post("/sign-out")
    assert mine.get(back).status_code == 401
    assert len(provider.asked) == 1
    # A code that was used is refused by the provider, also with a fresh state.
    again = application.test_client()
    begun = again.get("/sign-in/elsewhere").location
    state = provider.authorize(begun).partition("state=")[2]
    used = back.partition("code=")[2].partition("&")[0]
    assert again.get(f"/sign-in/elsewhere/back?code={used}&state={state}").status_code == 401


@pytest.mark.parametrize(
    "query", ["", "code=x", "state=x", "error=access_denied", "code=x&state=x", "code=x&state=%C5%BE"]
)
def test_whoever_comes_back_without_having_gone_is_refused(application: Flask, query: str) -> None:
    assert application.test_client().get(f"/sign-in/elsewhere/back?{query}").status_code == 401
    begun = application.test_client()
    begun.get("/sign-in/elsewhere")
    assert begun.get(f"/sign-in/elsewhere/back?{query}").status_code == 401


def test_another_provider_may_not_answer(application: Flask, provider: Provider) -> None:
    client = application.test_client()
    back = provider.authorize(client.get("/sign-in/elsewhere").location)
    assert client.get(back.replace("iss=", "iss=http%3A%2F%2Fevil")).status_code == 401


def test_whoever_stays_too_long_begins_again(application: Flask, provider: Provider, clock: SimulatedClock) -> None:
    client = application.test_client()
    back = provider.authorize(client.get("/sign-in/elsewhere").location)
    clock.advance(minutes=15)
    assert client.get(back).status_code == 401


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_says_it_is_another_is_not_asked(
    application: Flask, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    answer = application.test_client().get("/sign-in/elsewhere")
    assert answer.status_code == 503 and 'name="password"' in answer.text


def test_a_provider_that_does_not_answer_leaves_the_passwords(
    provider: Provider, database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    settings = settings_of(provider, database_url, tmp_path)
    app = create_app(Settings(**{**vars(settings), "oidc_issuer": f"http://127.0.0.1:{free_port()}"}), clock=clock)
    answer = app.test_client().get("/sign-in/elsewhere")
    assert answer.status_code == 503 and 'name="password"' in answer.text
    app.extensions["queue_context"].database.dispose()


def test_an_e_mail_address_counts_only_where_the_provider_has_checked_it(
    provider: Provider, database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    app = create_app(settings_of(provider, database_url, tmp_path, oidc_claim="email"), clock=clock)
    create_brno(app.extensions["queue_context"])
    for verified in (None, False, "true"):
        provider.person = {"sub": "subject-1", "email": "alena.brno", "email_verified": verified}
        refused(app, provider)
    provider.person["email_verified"] = True
    assert go(app.test_client(), provider).status_code == 302
    app.extensions["queue_context"].database.dispose()


def test_without_a_provider_there_is_no_way_to_one(database_url: str, tmp_path: Path, clock: SimulatedClock) -> None:
    app = create_app(Settings(data_dir=tmp_path, database_url=database_url, secret_key="x", spooler=False), clock=clock)
    for path in ("/sign-in/elsewhere", "/sign-in/elsewhere/back"):
        assert app.test_client().get(path).status_code == 404
    app.extensions["queue_context"].database.dispose()


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "ftp://id.example", "https://", "https://a@id.example", "https://id.example?x"]
)
def test_an_issuer_must_be_reached_safely(issuer: str) -> None:
    with pytest.raises(SettingError):
        Settings.from_environment({"QUEUE_OIDC_ISSUER": issuer, "QUEUE_OIDC_CLIENT_ID": "queue"})
    with pytest.raises(SettingError):
        Settings.from_environment({"QUEUE_OIDC_ISSUER": "https://id.example"})
