"""Signing in and staying signed in: passwords, codes, time-outs, and sign-ins that are ended from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from queue_app.clock import SimulatedClock
from queue_app.operations import sign_ins
from queue_app.operations.setup import add_user
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import User
from queue_app.store.running_tables import AuditEntry, UserSession
from tests.factories import PASSWORD, Brno
from tests.web.callers import assert_refused, page_csrf, rows_of, sign_in

NEW = "a much better pass phrase"
COUNTERS = "/api/v1/branches/brno/counters"


@pytest.fixture
def browser(application: Flask, brno: Brno) -> Callable[[], FlaskClient]:
    """Open a new browser."""
    return application.test_client


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Send a form as the page does."""
    return client.post(path, data={"csrf_token": page_csrf(client), **form})


def set_second_factor(client: FlaskClient, clock: SimulatedClock) -> str:
    """Set up a code by the page and return its secret."""
    page = post(client, "/account/second-factor", password=PASSWORD)
    assert page.status_code == 302
    found = re.search(r'data-part="secret">([A-Z2-7 ]+)<', client.get("/account").text)
    assert found is not None
    secret = found[1].replace(" ", "")
    assert post(client, "/account/second-factor/confirm", code=code(secret, clock)).status_code == 302
    return secret


def code(secret: str, clock: SimulatedClock, steps: int = 0) -> str:
    """Return the code that a telephone shows now, or so many steps later."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


# --- the second factor ----------------------------------------------------------------------------


def test_a_second_factor_is_set_up_with_a_drawing_and_asked_for_from_then_on(
    browser: Callable[[], FlaskClient], clock: SimulatedClock
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    post(client, "/account/second-factor", password=PASSWORD)
    page = client.get("/account").text
    assert "<svg" in page and "<path" in page and "style=" not in page
    secret = set_second_factor(client, clock)
    clock.advance(seconds=30)
    again = browser()
    asked = sign_in(again, "alena.brno", following="/reports/brno")
    assert (asked.status_code, asked.location) == (302, "/sign-in/code")
    assert again.get(COUNTERS).status_code == 401
    entered = post(again, "/sign-in/code", code=code(secret, clock))
    assert (entered.status_code, entered.location) == (302, "/reports/brno")
    assert again.get(COUNTERS).status_code == 200


def test_the_secret_lies_nowhere_in_clear(
    browser: Callable[[], FlaskClient], context: Context, clock: SimulatedClock
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    secret = set_second_factor(client, clock)
    assert secret not in repr(rows_of(context, "user_account", "audit_entry", "user_session"))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_good_once_and_so_are_those_before_it(
    browser: Callable[[], FlaskClient], clock: SimulatedClock, steps: int
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    secret = set_second_factor(client, clock)
    clock.advance(minutes=5)
    used = code(secret, clock, steps)
    first, second = browser(), browser()
    for each in (first, second):
        sign_in(each, "alena.brno")
    assert post(first, "/sign-in/code", code=used).status_code == 302
    for tried in (used, code(secret, clock, steps - 1)):
        refused = post(second, "/sign-in/code", code=tried)
        assert refused.status_code == 401 and "it was used already" in refused.text
    assert second.get(COUNTERS).status_code == 401


@pytest.mark.parametrize("wrong", ["", "000000", "12345", "１２３４５６", "abcdef", "0" * 40])
def test_no_wrong_code_is_taken(browser: Callable[[], FlaskClient], clock: SimulatedClock, wrong: str) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    set_second_factor(client, clock)
    other = browser()
    sign_in(other, "alena.brno")
    assert post(other, "/sign-in/code", code=wrong).status_code == 401


def test_codes_too_old_or_too_early_are_not_taken(browser: Callable[[], FlaskClient], clock: SimulatedClock) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    secret = set_second_factor(client, clock)
    clock.advance(minutes=5)
    other = browser()
    sign_in(other, "alena.brno")
    for steps in (-2, 2):
        assert post(other, "/sign-in/code", code=code(secret, clock, steps)).status_code == 401


def test_codes_are_throttled_for_the_person_also_over_several_sign_ins(
    browser: Callable[[], FlaskClient], clock: SimulatedClock
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    secret = set_second_factor(client, clock)
    statuses = []
    for attempt in range(8):
        other = browser()
        elsewhere = {"REMOTE_ADDR": f"192.0.2.{attempt}"}
        clock.advance(seconds=1)
        other.get("/sign-in")
        form = {"username": "alena.brno", "password": PASSWORD, "csrf_token": page_csrf(other)}
        assert other.post("/sign-in", data=form, environ_base=elsewhere).status_code == 302
        form = {"code": "000000", "csrf_token": page_csrf(other)}
        statuses.append(other.post("/sign-in/code", data=form, environ_base=elsewhere).status_code)
    assert statuses == [401] * 6 + [429] * 2
    assert post(other, "/sign-in/code", code=code(secret, clock)).status_code == 429


def test_the_step_between_password_and_code_does_not_last_for_ever(
    browser: Callable[[], FlaskClient], clock: SimulatedClock, context: Context
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    secret = set_second_factor(client, clock)
    late, changed = browser(), browser()
    sign_in(late, "alena.brno")
    clock.advance(seconds=300)
    assert post(late, "/sign-in/code", code=code(secret, clock)).location == "/sign-in"
    sign_in(changed, "alena.brno")
    with context.database.writing() as connection:
        connection.execute(update(User).values(password_hash=sign_ins.hash_password(NEW)))
    assert post(changed, "/sign-in/code", code=code(secret, clock)).status_code == 401


def test_a_code_page_without_a_password_before_it_leads_back(browser: Callable[[], FlaskClient]) -> None:
    client = browser()
    client.get("/sign-in")
    assert client.get("/sign-in/code").location == "/sign-in"
    assert post(client, "/sign-in/code", code="123456").location == "/sign-in"


def test_setting_up_and_taking_away_a_second_factor_need_the_password(
    browser: Callable[[], FlaskClient], clock: SimulatedClock
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    assert post(client, "/account/second-factor", password="wrong").status_code == 422
    assert post(client, "/account/second-factor/confirm", code="123456").status_code == 422
    set_second_factor(client, clock)
    assert post(client, "/account/second-factor/remove", password="wrong").status_code == 422
    assert 'data-second-factor="yes"' in client.get("/account").text
    assert post(client, "/account/second-factor/remove", password=PASSWORD).status_code == 302
    assert sign_in(browser(), "alena.brno").location == "/desk"


# --- passwords ------------------------------------------------------------------------------------


def test_a_new_password_ends_every_other_sign_in(browser: Callable[[], FlaskClient]) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        sign_in(client, "alena.brno")
        assert client.get(COUNTERS).status_code == 200
    changed = post(here, "/account/password", old=PASSWORD, new=NEW, again=NEW)
    assert changed.status_code == 302
    assert here.get(COUNTERS).status_code == 200
    assert there.get(COUNTERS).status_code == 401
    assert sign_in(there, "alena.brno").status_code == 401
    assert sign_in(there, "alena.brno", NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW, NEW), (PASSWORD, NEW, "another"), (PASSWORD, "short", "short"), (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "alena.brno1", "alena.brno1"), (PASSWORD, "Password123", "Password123"), (PASSWORD, "x" * 201, "x" * 201),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa"),
    ],
)  # fmt: skip
def test_a_password_that_is_wrong_or_weak_changes_nothing(
    browser: Callable[[], FlaskClient], context: Context, old: str, new: str, again: str
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    before = rows_of(context, "user_account", "audit_entry")
    refused = post(client, "/account/password", old=old, new=new, again=again)
    assert refused.status_code == 422 and 'role="alert"' in refused.text
    assert rows_of(context, "user_account", "audit_entry") == before


def test_who_was_given_a_password_does_nothing_before_choosing_their_own(
    browser: Callable[[], FlaskClient], context: Context
) -> None:
    with context.database.writing() as connection:
        connection.execute(update(User).where(User.username == "marta.brno").values(must_change_password=True))
    client = browser()
    sign_in(client, "marta.brno")
    for path in ("/desk", "/desk/brno", "/reports/brno", "/supervise/brno", "/admin/brno"):
        assert client.get(path, headers={"Accept": "text/html"}).location == "/account", path
    assert_refused(client.get(COUNTERS), 403, "password_must_change")
    page = client.get("/account").text
    assert 'data-form="password"' in page and 'data-form="details"' not in page
    assert post(client, "/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert client.get(COUNTERS).status_code == 200


def test_own_name_and_language_change_at_once_and_are_written_down(
    browser: Callable[[], FlaskClient], context: Context
) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    assert post(client, "/account/details", name="Alena Nová", language="cs").status_code == 302
    assert '<html lang="cs">' in client.get("/desk/brno").text
    assert post(client, "/account/details", name=" ", language="cs").status_code == 422
    assert post(client, "/account/details", name="x", language="xx").status_code == 422
    with context.database.reading() as connection:
        (entry,) = connection.execute(select(AuditEntry.action, AuditEntry.before, AuditEntry.after)).all()
    assert tuple(entry) == (
        "change_person",
        {"name": "Alena", "language": "en"},
        {"name": "Alena Nová", "language": "cs"},
    )


def test_who_has_no_password_here_is_told_what_everybody_is(
    browser: Callable[[], FlaskClient], context: Context
) -> None:
    with context.database.writing() as connection:
        add_user(connection, context.clock.now(), "elsewhere", "Else", "x", [], "en")
        connection.execute(update(User).where(User.username == "elsewhere").values(password_hash=""))
    for password in ("", "x", PASSWORD):
        refused = sign_in(browser(), "elsewhere", password)
        assert refused.status_code == 401 and "The name or the password is not right." in refused.text


def test_every_name_costs_one_slow_check(monkeypatch: pytest.MonkeyPatch, context: Context, brno: Brno) -> None:
    checked = []
    real = sign_ins._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            checked.append(stored[:9])
            return real.verify(stored, password)

    monkeypatch.setattr(sign_ins, "_hasher", Counting())
    for name in ("nobody", "alena.brno", ""):
        with pytest.raises(sign_ins.QueueError):
            sign_ins.check_name_and_password(context, name, "wrong")
    assert checked == ["$argon2id"] * 3


# --- sessions -------------------------------------------------------------------------------------


def test_who_does_nothing_is_signed_out(browser: Callable[[], FlaskClient], clock: SimulatedClock) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    for _ in range(3):
        clock.advance(minutes=119)
        assert client.get(COUNTERS).status_code == 200
    clock.advance(minutes=120)
    assert_refused(client.get(COUNTERS), 401, "not_signed_in")


def test_that_somebody_was_here_is_written_once_a_minute(
    browser: Callable[[], FlaskClient], clock: SimulatedClock, context: Context
) -> None:
    def seen() -> object:
        with context.database.reading() as connection:
            return connection.execute(select(UserSession.seen_at)).scalar_one()

    client = browser()
    sign_in(client, "alena.brno")
    begun = clock.now()
    for seconds in (1, 20, 38):
        clock.advance(seconds=seconds)
        client.get(COUNTERS)
        assert seen() == begun
    clock.advance(seconds=1)
    client.get(COUNTERS)
    assert seen() == clock.now()


def test_a_cookie_of_a_sign_in_that_was_ended_opens_nothing(
    application: Flask, browser: Callable[[], FlaskClient], context: Context
) -> None:
    client = browser()
    (cookie,) = sign_in(client, "alena.brno").headers.getlist("Set-Cookie")
    value = cookie.partition("=")[2].partition(";")[0]
    post(client, "/sign-out")
    thief = application.test_client()
    thief.set_cookie("queue_session", value)
    assert thief.get(COUNTERS).status_code == 401
    with context.database.reading() as connection:
        assert connection.execute(select(UserSession.ended_at)).scalar_one() is not None


def test_the_key_of_a_sign_in_is_kept_as_a_hash_only(browser: Callable[[], FlaskClient], context: Context) -> None:
    client = browser()
    sign_in(client, "alena.brno")
    with client.session_transaction() as session:
        key = session["sign_in"]
    assert len(key) >= 43 and key not in repr(rows_of(context, "user_session"))


def test_people_see_and_end_their_own_sign_ins_and_nobody_elses(browser: Callable[[], FlaskClient]) -> None:
    here, there, other = browser(), browser(), browser()
    for client, name in ((here, "alena.brno"), (there, "alena.brno"), (other, "bohdan.brno")):
        sign_in(client, name)
    listed = here.get("/api/v1/account/sign-ins").json["sign_ins"]
    assert sorted(each["mine"] for each in listed) == [False, True]
    not_mine = next(each["id"] for each in listed if not each["mine"])
    (others,) = other.get("/api/v1/account/sign-ins").json["sign_ins"]
    headers = {"X-CSRF-Token": page_csrf(here)}
    assert_refused(here.delete(f"/api/v1/account/sign-ins/{others['id']}", headers=headers), 404, "unknown_sign_in")
    assert post(here, f"/account/sign-ins/{others['id']}/end").status_code == 404
    assert here.delete(f"/api/v1/account/sign-ins/{not_mine}", headers=headers).status_code == 200
    assert_refused(here.delete(f"/api/v1/account/sign-ins/{not_mine}", headers=headers), 404, "unknown_sign_in")
    assert (here.get(COUNTERS).status_code, there.get(COUNTERS).status_code, other.get(COUNTERS).status_code) == (
        200,
        401,
        200,
    )
