"""Calls the web addresses that are told what happens, beside the worker of the reports: far from the requests of the lobby."""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from queue_app.domain.webhooks import signature
from queue_app.operations import webhook_deliveries as deliveries
from queue_app.operations.unit_of_work import Context
from queue_app.operations.webhook_deliveries import Delivery
from queue_app.operations.webhooks import secrets_of
from queue_app.sealing import SealBroken, Sealer
from queue_app.sending import NotSent, deliver
from queue_app.steps import take

log = logging.getLogger("queue.webhooks")

LOOK_SECONDS = 1.0
"""How long an event waits before it is looked for."""

CLEAR_SECONDS = 3600.0

LINES = 16
"""So many webhooks are called at the same time; each has one line, so that what it is told stays in order."""

GONE = 410
"""The status by which an address says that it wants to be told nothing more."""


class WebhookSender:
    """Queues what has happened, and calls."""

    def __init__(self, context: Context, sealer: Sealer, *, private: bool) -> None:
        """Call with the secrets that `sealer` opens; machines of the own network only where they are allowed."""
        self._context = context
        self._sealer = sealer
        self._private = private
        self._lines = ThreadPoolExecutor(LINES, "webhook")
        self._busy: set[int] = set()
        self._cleared_at: float | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped."""
        with self._lines:
            while not self._stopped.is_set():
                for step in (self._queue_new, self._begin, self._clear_away):
                    take(step, log)
                self._stopped.wait(LOOK_SECONDS)

    def send_all(self) -> None:
        """Queue what has happened, and call every address for which something waits until nothing does, one after the other."""
        self._queue_new()
        for webhook_id in deliveries.with_work(self._context):
            self._call_all(webhook_id)

    def _queue_new(self) -> None:
        deliveries.queue_new(self._context)

    def _begin(self) -> None:
        for webhook_id in set(deliveries.with_work(self._context)) - self._busy:
            self._busy.add(webhook_id)
            self._lines.submit(self._line, webhook_id)

    def _line(self, webhook_id: int) -> None:
        def call_all() -> None:
            self._call_all(webhook_id)

        try:
            take(call_all, log)
        finally:
            self._busy.discard(webhook_id)

    def _call_all(self, webhook_id: int) -> None:
        while not self._stopped.is_set():
            claimed = deliveries.claim(self._context, webhook_id)
            if claimed is None:
                return
            self._try(*claimed)

    def _try(self, delivery: Delivery, url: str, secret: str) -> None:
        try:
            status = self._call(delivery, url, secret)
        except NotSent as error:
            log.warning("webhook %d, %s: %s", delivery.webhook_id, delivery.call_id, error.problem)
            gone = error.status == GONE
            deliveries.not_sent(
                self._context, delivery, error.problem, error.said, error.status, for_good=error.for_good or gone
            )
            if gone:
                deliveries.switch_off(self._context, delivery)
        except SealBroken:
            log.warning("the secret of webhook %d cannot be read: its key is not here", delivery.webhook_id)
            deliveries.not_sent(self._context, delivery, "no_key")
        except Exception:
            log.exception("webhook %d, %s failed", delivery.webhook_id, delivery.call_id)
            deliveries.not_sent(self._context, delivery, "not_made")
        else:
            deliveries.sent(self._context, delivery, status)

    def _call(self, delivery: Delivery, url: str, secret: str) -> int:
        now = self._context.clock.now()
        body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = int(now.timestamp())
        signed = [signature(each, delivery.call_id, timestamp, body) for each in secrets_of(self._sealer, secret, now)]
        headers = {
            "webhook-id": delivery.call_id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signed),
            "User-Agent": "branch-queue",
        }  # fmt: skip
        return deliver(url, body, headers, private=self._private)

    def _clear_away(self) -> None:
        now = self._context.clock.monotonic()
        if self._cleared_at is None or now - self._cleared_at >= CLEAR_SECONDS:
            self._cleared_at = now
            deliveries.clear_away(self._context)
