"""The visitor's page as the server writes it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from tests.factories import Brno


def page(application: Flask, token: str, language: str = "en") -> str:
    """Return the page's text."""
    return application.test_client().get(f"/t/{token}?lang={language}").get_data(as_text=True)


def test_whoever_is_called_reads_why_it_is_their_turn(application: Flask, brno: Brno, clock: SimulatedClock) -> None:
    booked_for = clock.now() + timedelta(minutes=20)
    booked = take_ticket(brno.context, brno.forecasts, "brno", TakeTicket("ids", booked_for=booked_for))
    walked_in = brno.take()
    assert "Why now" not in page(application, walked_in.token)
    brno.open()
    brno.next()
    assert "Why now: Came first" in page(application, walked_in.token)
    clock.advance(seconds=21 * 60)
    brno.next()
    assert "Why now: Booked for 09:20" in page(application, booked.token)
    assert "Why now" not in page(application, walked_in.token)
