"""The API of printing: who may, what is refused and where, secrets that stay secret, and what becomes of a queue."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from printers import KINDS, Form, get_way
from printers.way import Field
from queue_app.operations import setup as people
from queue_app.operations.printing import take_up
from queue_app.store.models import Kiosk, PrinterRow, PrintJob
from queue_app.store.people import hash_token
from tests.factories import PASSWORD, Brno, create_brno
from tests.web.callers import Api, assert_refused, page_csrf, sign_in

ApiOf = Callable[..., Api]
NETWORK = {"name": "Hall", "kind": "network", "address": {"host": "192.0.2.7"}}
LANGUAGES = ("cs", "en", "sk", "pl", "hu")


def add(api: Api, **wish: Any) -> dict[str, Any]:
    """Add a printer to Brno and return it."""
    answer = api.post("/branches/brno/printers", {**NETWORK, **wish})
    assert answer.status_code == 201, answer.json
    printer: dict[str, Any] = answer.json
    return printer


def shown(api: Api, printer_id: int) -> dict[str, Any]:
    """Return a printer as the list shows it."""
    printers = api.get("/branches/brno/printers").json["printers"]
    return next(printer for printer in printers if printer["id"] == printer_id)


def jobs(brno: Brno) -> list[Any]:
    """Return the slips, oldest first."""
    with brno.context.database.reading() as connection:
        return list(connection.execute(select(PrintJob.__table__).order_by(PrintJob.id)))


def png(width: int = 40, height: int = 40) -> bytes:
    """Return a picture."""
    target = BytesIO()
    Image.new("L", (width, height), 128).save(target, "PNG")
    return target.getvalue()


# Who may.

MANAGERS = [
    ("POST", "/printers", NETWORK),
    ("GET", "/printers/{printer}", None),
    ("POST", "/printers/{printer}", {"name": "Hall 2"}),
    ("POST", "/printers/{printer}/remove", {}),
    ("POST", "/printers/{printer}/pause", {}),
    ("POST", "/printers/{printer}/resume", {}),
    ("POST", "/printers/{printer}/reassign", {"to": 1}),
    ("POST", "/printers/{printer}/test", {}),
    ("POST", "/printers/{printer}/token", {}),
    ("POST", "/printers/{printer}/preview", {}),
    ("POST", "/kiosks/1/printer", {"printer": None}),
    ("GET", "/slip-layout", None),
    ("POST", "/slip-layout", {"layout": None}),
    ("POST", "/slip-layout/logo", None),
]
CLERKS = [
    ("GET", "/printers", None),
    ("GET", "/slips", None),
    ("POST", "/slips/1/reprint", {}),
    ("POST", "/slips/1/cancel", {}),
]


def ask(api: Api, method: str, path: str, body: Any, brno: Brno) -> Any:
    """Call a path of Brno's printing."""
    path = f"/branches/brno{path.format(printer=brno.printer_id)}"
    return api.call(method, path) if body is None else api.post(path, body)


@pytest.mark.parametrize(("method", "path", "body"), MANAGERS, ids=[path for _, path, _ in MANAGERS])
def test_only_a_manager_of_this_branch_sets_printing_up(
    method: str, path: str, body: Any, brno: Brno, api_of: ApiOf, visitor: Api, context: Any
) -> None:
    create_brno(context, "other")
    assert_refused(ask(visitor, method, path, body, brno), 401, "not_signed_in")
    for api in (
        api_of("desk"),
        api_of("kiosk"),
        api_of("display"),
        api_of("reports"),
        api_of("manager", branch="other"),
    ):
        assert_refused(ask(api, method, path, body, brno), 403, "not_allowed")
    assert ask(api_of("manager", branch="brno"), method, path, body, brno).status_code not in {401, 403}


@pytest.mark.parametrize(("method", "path", "body"), CLERKS, ids=[path for _, path, _ in CLERKS])
def test_clerks_of_this_branch_see_printers_and_help_with_slips(
    method: str, path: str, body: Any, brno: Brno, api_of: ApiOf, visitor: Api, context: Any
) -> None:
    create_brno(context, "other")
    brno.take()
    assert_refused(ask(visitor, method, path, body, brno), 401, "not_signed_in")
    for api in (api_of("kiosk"), api_of("display"), api_of("reports"), api_of("desk", branch="other")):
        assert_refused(ask(api, method, path, body, brno), 403, "not_allowed")
    assert ask(api_of("desk", branch="brno"), method, path, body, brno).status_code not in {401, 403}


def test_people_with_a_browser_are_held_to_the_same_and_need_the_pages_token(application: Flask, brno: Brno) -> None:
    for name, status in (("oskar", 403), ("alena", 403), ("marta", 201)):
        client = application.test_client()
        sign_in(client, f"{name}.brno", PASSWORD)
        path = "/api/v1/branches/brno/printers"
        assert client.post(path, json=NETWORK).status_code in {status, 403}
        headers = {"X-CSRF-Token": page_csrf(client)}
        assert client.post(path, json=NETWORK, headers=headers).status_code == status


def test_a_printer_of_another_branch_is_no_printer_here(brno: Brno, admin: Api, context: Any) -> None:
    other = create_brno(context, "other")
    for path, body in (
        ("", {"name": "x"}),
        ("/remove", {}),
        ("/pause", {}),
        ("/test", {}),
        ("/token", {}),
        ("/preview", {}),
    ):
        assert_refused(admin.post(f"/branches/brno/printers/{other.printer_id}{path}", body), 404, "unknown_printer")
    assert_refused(admin.get(f"/branches/brno/printers/{other.printer_id}"), 404, "unknown_printer")
    foreign = {"to": other.printer_id}
    assert_refused(admin.post(f"/branches/brno/printers/{brno.printer_id}/reassign", foreign), 404, "unknown_printer")
    wish = {**NETWORK, "fallback": other.printer_id}
    assert_refused(admin.post("/branches/brno/printers", wish), 404, "unknown_printer")
    ticket = brno.take(printer_id=brno.printer_id).ticket.id
    answer = admin.post(f"/branches/brno/slips/{ticket}/reprint", {"printer": other.printer_id})
    assert_refused(answer, 404, "unknown_printer")
    assert_refused(admin.post(f"/branches/other/slips/{ticket}/cancel"), 404, "unknown_ticket")
    with context.database.reading() as connection:
        foreign_kiosk = connection.execute(select(Kiosk.id).where(Kiosk.branch_id == other.branch_id)).scalar_one()
    answer = admin.post(f"/branches/brno/kiosks/{foreign_kiosk}/printer", {"printer": None})
    assert_refused(answer, 404, "unknown_kiosk")


# Setting up.


def test_a_printer_is_added_changed_shown_and_removed(brno: Brno, admin: Api) -> None:
    printer = add(admin, name="  Hall   1 ", profile="tm-t88v", fallback=brno.printer_id)
    assert (printer["name"], printer["profile"], printer["fallback"]) == ("Hall 1", "tm-t88v", brno.printer_id)
    assert (printer["status"], printer["waiting"], printer["status_since"]) == ("unknown", 0, None)
    path = f"/branches/brno/printers/{printer['id']}"
    changed = admin.post(
        path, {"name": "Hall 2", "fallback": None, "address": {"host": "192.0.2.8", "port": 9101}}
    ).json
    assert (changed["name"], changed["fallback"]) == ("Hall 2", None)
    assert changed["address"] == {"host": "192.0.2.8", "port": 9101}
    assert admin.get(path).json["events"] == []
    left = admin.post(f"{path}/remove").json["printers"]
    assert [one["id"] for one in left] == [brno.printer_id]
    assert_refused(admin.get(path), 404, "unknown_printer")
    # Its name is free again.
    assert add(admin, name="Hall 2")["id"] != printer["id"]


def test_only_the_manager_is_told_where_printers_are(brno: Brno, admin: Api, api_of: ApiOf) -> None:
    printer = add(admin)
    assert shown(api_of("desk", branch="brno"), printer["id"])["address"] == {}
    assert shown(api_of("manager", branch="brno"), printer["id"])["address"] == NETWORK["address"]


def test_a_name_is_taken_once(brno: Brno, admin: Api) -> None:
    first = add(admin)
    assert_refused(admin.post("/branches/brno/printers", NETWORK), 409, "name_taken")
    second = add(admin, name="Door")
    assert_refused(admin.post(f"/branches/brno/printers/{second['id']}", {"name": first["name"]}), 409, "name_taken")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"kind": "pigeon"}, "kind"),
        ({"profile": "abacus"}, "profile"),
        ({"paper": "papyrus"}, "paper"),
        ({"address": {}}, "address/host"),
        ({"address": {"host": ""}}, "address/host"),
        ({"address": {"host": "a\u0007b"}}, "address/host"),
        ({"address": {"host": "192.0.2.7", "port": 0}}, "address/port"),
        ({"address": {"host": "192.0.2.7", "port": "9100"}}, "address/port"),
        ({"address": {"host": "192.0.2.7", "connect_timeout_seconds": 61}}, "address/connect_timeout_seconds"),
        ({"address": {"host": "192.0.2.7", "colour": "red"}}, "address"),
        ({"address": {"host": "192.0.2.7", "status": "sometimes"}}, "address/status"),
        ({"fallback": 0}, "fallback"),
    ],
)
def test_what_is_wrong_is_refused_with_the_name_of_its_field(wish: Any, field: str, brno: Brno, admin: Api) -> None:
    refused = assert_refused(admin.post("/branches/brno/printers", {**NETWORK, **wish}), 422, "invalid_value")
    assert refused["field"] == field and refused["problem"]
    assert len(admin.get("/branches/brno/printers").json["printers"]) == 1


def test_a_printer_cannot_stand_in_for_itself(brno: Brno, admin: Api) -> None:
    printer = add(admin)
    answer = admin.post(f"/branches/brno/printers/{printer['id']}", {"fallback": printer["id"]})
    assert assert_refused(answer, 422, "invalid_value")["field"] == "fallback"


def test_a_secret_is_masked_kept_when_left_out_and_replaced_when_given(
    brno: Brno, admin: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = get_way("network")
    fields = (*way.fields, Field("password", "str", "Of the print server.", secret=True))
    monkeypatch.setattr(type(way), "fields", property(lambda self: fields if self is way else ()), raising=False)
    printer = add(admin, address={"host": "192.0.2.7", "password": "hunter2"})
    path = f"/branches/brno/printers/{printer['id']}"

    def kept() -> Any:
        with brno.context.database.reading() as connection:
            row = connection.execute(select(PrinterRow.address).where(PrinterRow.id == printer["id"])).scalar_one()
        return row.get("password")

    assert "hunter2" not in str(printer) and "hunter2" not in admin.get("/branches/brno/printers").get_data(
        as_text=True
    )
    assert printer["address"]["password"] == "•••"
    for address in ({"host": "192.0.2.8"}, {"host": "192.0.2.8", "password": None}):
        assert admin.post(path, {"address": address}).json["address"]["host"] == "192.0.2.8"
        assert kept() == "hunter2"
    admin.post(path, {"name": "Hall 2"})
    assert kept() == "hunter2"
    admin.post(path, {"address": {"host": "192.0.2.8", "password": "other"}})
    assert kept() == "other"
    # Another kind of printer is another device: nothing of the one before goes along.
    admin.post(path, {"kind": "browser", "address": {}})
    assert kept() is None


# Paths: a page must not make the server write where it likes.


@pytest.mark.parametrize(
    "path",
    [
        "/etc",
        "/etc/passwd",
        "/tmp",
        "/dev/sda",
        "/dev/null",
        "/dev/../etc/passwd",
        "/dev/usb/../sda",
        "/dev/usb/lp0/../../sda",
        "slips",
        "../slips",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["folder", "pdf_folder", "file"])
def test_a_path_outside_the_slips_folder_is_refused(
    kind: str, path: str, brno: Brno, admin: Api, tmp_path: Path
) -> None:
    answer = admin.post("/branches/brno/printers", {"name": "x", "kind": kind, "address": {"path": path}})
    assert assert_refused(answer, 422, "invalid_value")["field"] == "address/path"
    answer = admin.post(
        "/branches/brno/printers", {"name": "x", "kind": kind, "address": {"path": f"{tmp_path}/slips/../x"}}
    )
    assert assert_refused(answer, 422, "invalid_value")["field"] == "address/path"


def test_a_path_that_leads_out_by_a_link_is_refused(brno: Brno, admin: Api, tmp_path: Path) -> None:
    (tmp_path / "slips").mkdir()
    (tmp_path / "slips" / "out").symlink_to("/etc")
    for path in ("out", "out/cron.d"):
        wish = {"name": "x", "kind": "folder", "address": {"path": str(tmp_path / "slips" / path)}}
        assert (
            assert_refused(admin.post("/branches/brno/printers", wish), 422, "invalid_value")["field"] == "address/path"
        )


@pytest.mark.parametrize("path", ["/dev/usb/lp0", "/dev/lp1", "/dev/ttyUSB0", "/dev/serial/by-id/usb-Star_TSP100-if00"])
def test_a_printers_node_and_the_slips_folder_may_be_chosen(path: str, brno: Brno, admin: Api, tmp_path: Path) -> None:
    assert add(admin, kind="file", address={"path": path})["address"]["path"] == path
    inside = str(tmp_path / "slips" / "new")
    assert add(admin, name="Door", kind="folder", address={"path": inside})["address"]["path"] == inside


def test_what_the_command_line_chose_stays_but_is_not_a_door_elsewhere(brno: Brno, admin: Api) -> None:
    """The printer of Brno writes to a path that only the command line may choose."""
    path = f"/branches/brno/printers/{brno.printer_id}"
    known = admin.get(path).json
    assert admin.post(path, {"name": "renamed"}).json["name"] == "renamed"
    assert admin.post(path, {"name": "again", "kind": known["kind"], "address": known["address"]}).status_code == 200
    for address in ({"path": "/nonexistent/further"}, {"path": "/nonexistent", "suffix": ".sh"}):
        assert assert_refused(admin.post(path, {"address": address}), 422, "invalid_value")["field"] == "address/path"
    answer = admin.post(path, {"kind": "pdf_folder", "address": {"path": "/nonexistent"}})
    assert assert_refused(answer, 422, "invalid_value")["field"] == "address/path"


def test_one_printer_that_is_not_set_up_well_does_not_hide_the_others(brno: Brno, admin: Api) -> None:
    printer = add(admin)
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == printer["id"]).values(kind="gone"))
        connection.execute(update(PrinterRow).where(PrinterRow.id == brno.printer_id).values(address={}))
    for one in admin.get("/branches/brno/printers").json["printers"]:
        assert (one["status"], one["detail"], one["can_print"]) == ("fault", "bad_address", False)
    assert admin.post(f"/branches/brno/printers/{printer['id']}", {"address": {}}).status_code == 422
    mended = {"kind": "network", "address": {"host": "192.0.2.7"}}
    assert admin.post(f"/branches/brno/printers/{printer['id']}", mended).json["status"] == "unknown"


# The queue.


def test_removal_moves_the_queue_and_the_kiosks_to_the_stand_in(brno: Brno, admin: Api) -> None:
    stand_in = add(admin)
    brno.take(printer_id=brno.printer_id)
    brno.take(printer_id=brno.printer_id)
    admin.post(f"/branches/brno/printers/{brno.printer_id}/test")
    admin.post(f"/branches/brno/printers/{brno.printer_id}", {"fallback": stand_in["id"]})
    answer = admin.post(f"/branches/brno/printers/{brno.printer_id}/remove").json
    assert [kiosk["printer"] for kiosk in answer["kiosks"]] == [stand_in["id"]]
    assert [one["waiting"] for one in answer["printers"]] == [2]
    first, second, test = jobs(brno)
    assert {first.printer_id, second.printer_id} == {stand_in["id"]} and first.moved_from_id == brno.printer_id
    # A self-test says nothing on another printer.
    assert (test.state, test.error_code) == ("failed", "printer_removed")


def test_removal_without_a_stand_in_is_said_of_every_slip(brno: Brno, admin: Api) -> None:
    ticket = brno.take(printer_id=brno.printer_id).ticket.id
    admin.post(f"/branches/brno/printers/{brno.printer_id}/remove")
    (slip,) = admin.get("/branches/brno/slips").json["slips"]
    assert (slip["ticket"], slip["error"], slip["state"]) == (ticket, "printer_removed", "failed")
    other = add(admin)
    assert admin.post(f"/branches/brno/slips/{ticket}/reprint", {"printer": other["id"]}).status_code == 202
    assert shown(admin, other["id"])["waiting"] == 1
    assert admin.post(f"/branches/brno/slips/{ticket}/cancel").json["slips"] == []


def test_reassigning_moves_what_waits_and_the_kiosks(brno: Brno, admin: Api) -> None:
    other = add(admin)
    brno.take(printer_id=brno.printer_id)
    path = f"/branches/brno/printers/{brno.printer_id}/reassign"
    assert assert_refused(admin.post(path, {"to": brno.printer_id}), 422, "invalid_value")["field"] == "to"
    assert_refused(admin.post(path, {}), 422, "invalid_value")
    answer = admin.post(path, {"to": other["id"]}).json
    assert answer["moved"] == 1 and answer["kiosks"][0]["printer"] == other["id"]
    assert admin.post(path, {"to": other["id"]}).json["moved"] == 0


def test_a_kiosk_is_put_beside_another_printer_or_none(brno: Brno, admin: Api) -> None:
    (kiosk,) = admin.get("/branches/brno/printers").json["kiosks"]
    other = add(admin)
    path = f"/branches/brno/kiosks/{kiosk['id']}/printer"
    assert admin.post(path, {"printer": other["id"]}).json["kiosks"][0]["printer"] == other["id"]
    assert shown(admin, other["id"])["kiosks"] == [{"id": kiosk["id"], "name": kiosk["name"]}]
    assert admin.post(path, {"printer": None}).json["kiosks"][0]["printer"] is None
    assert_refused(admin.post(path, {"printer": 999}), 404, "unknown_printer")
    assert_refused(admin.post("/branches/brno/kiosks/999/printer", {"printer": None}), 404, "unknown_kiosk")


def test_a_paused_printer_holds_its_slips_back_until_it_goes_on(brno: Brno, admin: Api) -> None:
    path = f"/branches/brno/printers/{brno.printer_id}"
    brno.take(printer_id=brno.printer_id)
    paused = admin.post(f"{path}/pause").json
    assert (paused["paused"], paused["can_print"], paused["waiting"]) == (True, False, 1)
    assert take_up(brno.context, brno.printer_id, "test", None, 3600).job is None
    assert admin.post(f"{path}/resume").json["paused"] is False
    assert take_up(brno.context, brno.printer_id, "test", None, 3600).job is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_self_test_is_queued_in_every_language(language: str, brno: Brno, admin: Api) -> None:
    answer = admin.post(f"/branches/brno/printers/{brno.printer_id}/test", {"language": language})
    assert (answer.status_code, answer.json["waiting"]) == (202, 1)
    job = take_up(brno.context, brno.printer_id, "test", None, 3600).job
    assert job is not None and job.ticket_id is None and job.slip.language == language


# Passwords of printers that fetch their slips.


def test_a_password_is_shown_once_and_replaced_by_the_next(brno: Brno, admin: Api, context: Any) -> None:
    printer = add(admin, kind="cloudprnt", address={})
    assert (printer["fetches"], printer["has_token"]) == (True, False)
    path = f"/branches/brno/printers/{printer['id']}/token"

    def hashes() -> Any:
        with context.database.reading() as connection:
            row = select(PrinterRow.token_hash, PrinterRow.digest_hash).where(PrinterRow.id == printer["id"])
            return connection.execute(row).one()

    first, second = (admin.post(path).json for _ in range(2))
    assert first["user"] == second["user"] == str(printer["id"])
    assert first["token"] != second["token"] and len(second["token"]) >= 30
    assert hashes().token_hash == hash_token(second["token"])
    everything = admin.get("/branches/brno/printers").get_data(as_text=True)
    assert shown(admin, printer["id"])["has_token"] is True
    assert not any(secret in everything for secret in (first["token"], second["token"], hashes().token_hash))
    admin.post(f"/branches/brno/printers/{printer['id']}/remove")
    assert hashes() == (None, None)


# What stands on a slip.

LABEL = {"block": "label"}


@pytest.mark.parametrize(
    ("layout", "field"),
    [
        ([], "layout"),
        ([{"block": "rule"}], "layout"),
        ([LABEL, {"block": "cake"}], "layout/1/block"),
        ([LABEL, "rule"], "layout/1"),
        ([LABEL, LABEL], "layout/1/block"),
        ([LABEL, {"block": "rule", "size": "large"}], "layout/1/size"),
        ([LABEL, {"block": "branch", "size": "huge"}], "layout/1/size"),
        ([LABEL, {"block": "branch", "align": "top"}], "layout/1/align"),
        ([LABEL, {"block": "branch", "bold": "yes"}], "layout/1/bold"),
        ([LABEL, {"block": "space"}], "layout/1/mm"),
        ([LABEL, {"block": "space", "mm": 51}], "layout/1/mm"),
        ([LABEL, {"block": "space", "mm": True}], "layout/1/mm"),
        ([LABEL, {"block": "logo", "width_mm": 4}], "layout/1/width_mm"),
        ([LABEL, {"block": "text"}], "layout/1/texts"),
        ([LABEL, {"block": "text", "texts": {}}], "layout/1/texts"),
        ([LABEL, {"block": "text", "texts": {"tlh": "nuqneH"}}], "layout/1/texts"),
        ([LABEL, {"block": "text", "texts": {"cs": 7}}], "layout/1/texts/cs"),
        ([LABEL, {"block": "text", "texts": {"cs": "x" * 501}}], "layout/1/texts/cs"),
        ([LABEL] * 31, "layout"),
        ([LABEL, *({"block": "text", "texts": {"cs": "x" * 500}} for _ in range(7))], "layout"),
    ],
)
def test_what_is_wrong_with_a_layout_is_refused_with_its_place(layout: Any, field: str, brno: Brno, admin: Api) -> None:
    before = admin.get("/branches/brno/slip-layout").json
    refused = assert_refused(admin.post("/branches/brno/slip-layout", {"layout": layout}), 422, "invalid_value")
    assert refused["field"] == field
    assert admin.get("/branches/brno/slip-layout").json == before
    path = f"/branches/brno/printers/{brno.printer_id}/preview"
    assert (
        assert_refused(admin.post(path, {"layout": layout, "language": "cs"}), 422, "invalid_value")["field"] == field
    )


def test_a_layout_is_kept_shown_printed_and_given_up_again(brno: Brno, admin: Api) -> None:
    layout = [
        {"block": "text", "texts": {"cs": "Přízemí\nvlevo", "en": "Ground floor"}},
        LABEL,
        {"block": "space", "mm": 3.5},
    ]
    view = admin.post("/branches/brno/slip-layout", {"layout": layout}).json
    assert (view["layout"], view["usual"]) == (layout, False)
    brno.take(printer_id=brno.printer_id, language="cs")
    job = take_up(brno.context, brno.printer_id, "test", None, 3600).job
    assert job is not None and "vlevo" in str(job.slip.to_json())
    view = admin.post("/branches/brno/slip-layout", {"layout": None}).json
    assert view["usual"] is True and len(view["layout"]) > 5


@pytest.mark.parametrize("words", ["\0", "a\u0007b", "\ud800", "\u202e" * 20, "🎫 ﷽", "x" * 500, "\n" * 500])
def test_no_text_that_was_kept_can_hold_a_slip_up(words: str, brno: Brno, admin: Api) -> None:
    layout = [LABEL, {"block": "text", "texts": {"cs": words, "en": "x"}}, {"block": "service_text"}]
    admin.post("/branches/brno/slip-layout", {"layout": layout, "service_texts": {"ids": {"cs": words}}})
    assert admin.get("/branches/brno/slip-layout").status_code == 200
    brno.take(printer_id=brno.printer_id, language="cs")
    assert take_up(brno.context, brno.printer_id, "test", None, 3600).job is not None
    for test in (False, True):
        answer = admin.post(f"/branches/brno/printers/{brno.printer_id}/preview", {"language": "cs", "test": test})
        assert answer.status_code == 200


def test_a_service_has_words_of_its_own(brno: Brno, admin: Api) -> None:
    texts = {"cs": "Místnost 12", "en": " "}
    view = admin.post("/branches/brno/slip-layout", {"service_texts": {"ids": texts}}).json
    assert view["service_texts"] == {"ids": {"cs": "Místnost 12"}, "driving": {}, "cash": {}} and view["usual"] is True
    assert_refused(admin.post("/branches/brno/slip-layout", {"service_texts": {"none": {}}}), 404, "unknown_service")
    wrong = {"service_texts": {"ids": {"cs": "x" * 501}}}
    assert (
        assert_refused(admin.post("/branches/brno/slip-layout", wrong), 422, "invalid_value")["field"]
        == "service_texts/ids/cs"
    )
    path = f"/branches/brno/printers/{brno.printer_id}/preview"
    kept, unsaved = (
        admin.post(path, {"language": "cs", "service": "ids", **more}).data
        for more in ({}, {"service_text": {"cs": "Patro 3"}})
    )
    assert kept != unsaved
    assert_refused(admin.post(path, {"service_text": {"cs": "x" * 501}}), 422, "invalid_value")


# Previews.


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_is_a_picture_for_every_form_and_language(
    language: str, brno: Brno, admin: Api, tmp_path: Path
) -> None:
    wishes: list[dict[str, Any]] = [
        {"kind": "network", "address": {"host": "192.0.2.7"}, "profile": "tm-t88v"},
        {"kind": "network", "address": {"host": "192.0.2.7"}, "profile": "no-codepage"},
        {"kind": "network", "address": {"host": "192.0.2.7", "form": "pdf"}, "paper": "a6"},
        {"kind": "cloudprnt", "address": {}},
        {"kind": "browser", "address": {}, "paper": "roll58"},
    ]
    forms: set[Form] = set()
    for number, wish in enumerate(wishes):
        printer = add(admin, name=f"P{number}", **wish)
        forms.add(printer["form"])
        for body in (
            {"language": language},
            {"language": language, "test": True},
            {"language": language, "service": "cash"},
        ):
            answer = admin.post(f"/branches/brno/printers/{printer['id']}/preview", body)
            assert (answer.status_code, answer.mimetype) == (200, "image/png"), answer.data[:300]
            assert answer.headers["Cache-Control"] == "no-store"
            with Image.open(BytesIO(answer.data)) as picture:
                assert picture.width > 100 and picture.height > 100
    assert forms == {"escpos", "pdf", "png"}
    assert jobs(brno) == []  # looking prints nothing


def test_a_preview_of_nothing_is_refused(brno: Brno, admin: Api, context: Any) -> None:
    path = f"/branches/brno/printers/{brno.printer_id}/preview"
    assert_refused(admin.post(path, {"service": "none"}), 404, "unknown_service")
    assert_refused(admin.post("/branches/brno/printers/999/preview"), 404, "unknown_printer")
    assert admin.post(path, {"language": "tlh"}).status_code == 200  # in the branch's own language instead
    with context.database.writing() as connection:
        empty = people.create_branch(
            connection, context.clock.now(), "empty", {"en": "Empty"}, "Europe/Prague", languages=["en"]
        )
        printer = people.add_printer(connection, empty, "p", "folder", {"path": "/x"})
    assert_refused(admin.post(f"/branches/empty/printers/{printer}/preview"), 404, "unknown_service")


# The logo.


def send_logo(api: Api, data: bytes, kind: str = "image/png") -> Any:
    """Send a picture as a page does."""
    return api.call("POST", "/branches/brno/slip-layout/logo", data=data, content_type=kind)


def test_a_logo_is_kept_printed_and_taken_away(brno: Brno, admin: Api) -> None:
    path = f"/branches/brno/printers/{brno.printer_id}/preview"
    without = admin.post(path).data
    assert send_logo(admin, png(2000, 1000)).json["logo"] is True
    assert admin.post(path).data != without
    assert admin.call("POST", "/branches/brno/slip-layout/logo").json["logo"] is False
    assert admin.post(path).data == without


@pytest.mark.parametrize(
    "data", [b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), b"<svg onload='x'/>", png()[:45], bytes(1)]
)
def test_a_logo_that_is_no_picture_is_refused(data: bytes, brno: Brno, admin: Api) -> None:
    assert_refused(send_logo(admin, data), 422, "not_a_picture")
    assert admin.get("/branches/brno/slip-layout").json["logo"] is False


def test_a_logo_of_another_kind_is_refused(brno: Brno, admin: Api) -> None:
    for kind in ("image/svg+xml", "text/html", "application/json", "application/octet-stream"):
        assert_refused(send_logo(admin, png(), kind), 415, "unsupported_media_type")


def test_a_logo_of_50_megabytes_is_refused(brno: Brno, admin: Api) -> None:
    assert_refused(send_logo(admin, png() + bytes(50_000_000)), 413, "body_too_large")
    assert_refused(send_logo(admin, png() + bytes(5_100_000)), 413, "picture_too_large")


def test_a_picture_that_would_burst_the_memory_is_refused(brno: Brno, admin: Api) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )
    assert_refused(send_logo(admin, bomb), 413, "picture_too_large")


def test_every_kind_of_printer_can_be_set_up_by_its_declared_fields(brno: Brno, admin: Api, tmp_path: Path) -> None:
    for kind in KINDS:
        address = {}
        for field in get_way(kind).fields:
            if field.required:
                address[field.name] = _sample(field, tmp_path)
        answer = admin.post("/branches/brno/printers", {"name": kind, "kind": kind, "address": address})
        assert answer.status_code == 201, (kind, answer.json)
        assert admin.post(f"/branches/brno/printers/{answer.json['id']}/preview").status_code == 200


def _sample(field: Field, folder: Path) -> Any:
    if field.choices:
        return field.choices[0]
    if field.type == "path":
        return str(folder / "slips")
    if field.type in {"int", "float"}:
        return field.min or 1
    return field.example or "192.0.2.7"
