"""The figures for Prometheus mean what the document says, and each one stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from queue_app.clock import SimulatedClock
from queue_app.store.models import PrinterRow
from tests.factories import Brno
from tests.servers import ROOT, PostgresServer, QueueServer, RedisServer, wait_until

TABLE = (ROOT / "docs/metrics.md").read_text("utf-8")
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures(text: str) -> Figures:
    """Return every sample by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(application: Flask) -> Figures:
    """Ask the running application."""
    answer = application.test_client().get("/metrics")
    assert answer.status_code == 200
    return figures(answer.text)


def of(found: Figures, name: str, **labels: str) -> float:
    """Return one figure; nothing counted is nothing."""
    return found.get((name, frozenset(labels.items())), 0.0)


def test_what_happens_in_a_branch_can_be_read_off(application: Flask, brno: Brno, clock: SimulatedClock) -> None:
    before = asked(application)
    brno.take("ids", printer_id=brno.printer_id)
    clock.advance(minutes=7)
    brno.open(0)
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).values(status="paper_out"))
    now = asked(application)
    assert of(now, "queue_waiting", branch="brno", service="ids") == 1
    assert of(now, "queue_longest_wait_seconds", branch="brno", service="ids") == 420
    assert of(now, "queue_oldest_print_job_seconds", branch="brno") == 420
    assert of(now, "queue_printers_down", branch="brno") == 1
    assert of(now, "queue_counters", branch="brno", state="open") == 1
    name = "queue_commit_seconds_count"
    assert of(now, name, action="take_ticket") - of(before, name, action="take_ticket") == 1
    assert of(now, "queue_events_published_total") - of(before, "queue_events_published_total") == 2
    route = {"route": "GET /metrics", "status": "200"}
    assert of(now, "queue_request_seconds_count", **route) - of(before, "queue_request_seconds_count", **route) == 1


def test_refused_sign_ins_are_counted(application: Flask) -> None:
    before = of(asked(application), "queue_sign_ins_failed_total")
    client = application.test_client()
    with client.session_transaction() as session:
        session["csrf"] = "c"
    client.post("/sign-in", data={"username": "nobody", "password": "wrong", "csrf_token": "c"})
    assert of(asked(application), "queue_sign_ins_failed_total") - before == 1


def test_every_figure_stands_in_the_document_and_every_figure_of_the_document_is_there(
    application: Flask, brno: Brno
) -> None:
    brno.take("ids")
    text = application.test_client().get("/metrics").text
    there = {
        family.name + ("_total" if family.type == "counter" else "") for family in text_string_to_metric_families(text)
    }
    told = set(re.findall(r"^\| `(queue_\w+)`", TABLE, re.M))
    assert there - told == set()
    # Absent until there was a backup.
    assert told - there == {"queue_last_backup_timestamp_seconds"}


def test_no_address_and_no_token_is_a_label(application: Flask, brno: Brno) -> None:
    taken = brno.take("ids")
    client = application.test_client()
    client.get(f"/t/{taken.token}")
    client.get(f"/no/such/page/{taken.token}")
    text = client.get("/metrics").text
    assert taken.token not in text


def test_the_examples_of_alerts_speak_of_figures_that_there_are() -> None:
    document = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))
    rules = [rule for group in document["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 8
    known = set(re.findall(r"^\| `(queue_\w+)`", TABLE, re.M))
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"} and rule["annotations"]["summary"]
        named = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"queue_\w+", rule["expr"])}
        assert named <= known, rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_two_workers_answer_for_each_other(postgres: PostgresServer, redis_server: RedisServer, tmp_path: Path) -> None:
    settings = {
        "QUEUE_DATABASE_URL": postgres.new_database("template0"), "QUEUE_REDIS_URL": redis_server.url, "QUEUE_WORKERS": "2",
        "QUEUE_SPOOLER": "no", "QUEUE_REPORT_WORKER": "no",
    }  # fmt: skip
    with QueueServer(tmp_path, **settings) as server:
        for _ in range(20):
            assert server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})[0] == 201

        def told() -> Figures:
            command = [
                sys.executable,
                "-c",
                "import sys,urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
            ]
            done = subprocess.run([*command, f"{server.url}/metrics"], capture_output=True, text=True, check=True)
            return figures(done.stdout)

        counted = [of(told(), "queue_commit_seconds_count", action="take_ticket") for _ in range(6)]
        assert set(counted) == {20.0}
        wait_until(lambda: of(told(), "queue_background_last_run_timestamp_seconds", task="tick") > 0, "a tick")
        assert len([name for name, _ in told() if name == "queue_build_info"]) == 1
