"""The configuration document: what is taken out of one database makes the same branch in another."""

from __future__ import annotations

import base64
import copy
import itertools
import json
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.operations.config_document import Terms, export_branch, import_branch, plan_import
from queue_app.operations.config_yaml import read_yaml, write_yaml
from queue_app.operations.demo import create_demo
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.web.callers import rows_of

ACTOR = Actor("console", "console", supervises=True)
ALL = Terms(people=True, any_file=True)


@pytest.fixture
def empty(
    request: pytest.FixtureRequest, database: Database, clock: SimulatedClock, tmp_path: Path
) -> Iterator[Context]:
    """Operations on another, empty database of the same kind."""
    if database.is_sqlite:
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "other.sqlite3")
        url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    else:
        url = Settings(database_url=request.getfixturevalue("postgres").new_database()).url
    other = Database(url)
    yield Context(other, clock)
    other.dispose()


def text(document: Any) -> str:
    """Return a document as its bytes would be."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def test_the_demo_branch_goes_into_an_empty_database_and_comes_out_the_same(
    context: Context, empty: Context, tmp_path: Path
) -> None:
    create_demo(context, tmp_path)
    document = export_branch(context, "demo")
    plan = import_branch(empty, ACTOR, "demo", document, terms=ALL)
    assert plan.is_new
    assert text(export_branch(empty, "demo")) == text(document)


def test_what_was_taken_out_changes_nothing_where_it_came_from(context: Context, tmp_path: Path) -> None:
    create_demo(context, tmp_path)
    before = context.reload("demo").settings_revision
    plan = import_branch(context, ACTOR, "demo", export_branch(context, "demo"))
    assert plan.changes == ()
    assert context.reload("demo").settings_revision == before


# --- documents of every kind -----------------------------------------------------------------------------------------

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
).filter(lambda text: text.strip())
LANGUAGES = ("cs", "hu", "en")
TEXTS = st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=3)
NAMED = st.dictionaries(st.sampled_from(LANGUAGES), WORDS, min_size=1, max_size=3)
TIMES = st.sampled_from([None, {}, {"mon": [["08:00", "12:00"], ["13:00", "17:30"]], "sun": [["10:00", "24:00"]]}])
SLUGS = ("ids", "driving", "cash", "new")
NAMES = ("1", "2", "Okénko č. 3", "A7")


def unique_lists(entries: Any, key: str, least: int = 0) -> Any:
    """Draw lists whose entries differ in `key`."""
    return st.lists(entries, unique_by=lambda each: each[key], min_size=least, max_size=4)


SERVICE = st.fixed_dictionaries(
    {"slug": st.sampled_from(SLUGS), "letter": st.sampled_from(["A", "B", "Č", "XY"]), "name": NAMED},
    optional={
        "first_number": st.integers(0, 100),
        "last_number": st.none() | st.integers(100, 999),
        "digits": st.integers(1, 6),
        "daily_quota": st.none() | st.integers(1, 500),
        "hours": TIMES,
        "season": st.none() | st.just({"from": "03-01", "to": "10-31", "weekdays": ["fri", "mon"]}),
        "target_wait_minutes": st.none() | st.integers(1, 60) | st.sampled_from([0.5, 7.25, 1 / 3]),
        "expected_service_minutes": st.integers(1, 60),
        "longest_wait_minutes": st.none() | st.integers(1, 90),
        "intake_open": st.booleans(),
        "bring": TEXTS,
        "conditions": TEXTS,
        "instead": TEXTS,
        "slip_text": TEXTS,
        "outcomes": st.just([{"code": "done", "name": {"cs": "Hotovo"}}]) | st.just([]),
    },
)
BRANCH = st.fixed_dictionaries(
    {
        "name": NAMED,
        "time_zone": st.sampled_from(["Europe/Prague", "Asia/Kathmandu", "UTC"]),
        "languages": st.permutations(LANGUAGES).map(list),
    },
    optional={
        "cut_over_hour": st.integers(0, 23),
        "target_wait_minutes": st.integers(1, 90),
        "open_devices": st.booleans(),
        "notice": TEXTS,
    },
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw whole documents that are right."""
    services = draw(unique_lists(SERVICE, "slug", 1))
    slugs = [each["slug"] for each in services]
    some = st.lists(st.sampled_from(slugs), min_size=1, unique=True)
    profiles = draw(unique_lists(st.fixed_dictionaries({"name": st.sampled_from(NAMES), "services": some}), "name"))
    either = st.none() | (st.sampled_from([each["name"] for each in profiles]) if profiles else st.none())
    counter = st.fixed_dictionaries({"name": st.sampled_from(NAMES)}, optional={"profile": either})
    printer = st.fixed_dictionaries(
        {"name": st.sampled_from(NAMES), "kind": st.just("network"), "address": st.just({"host": "10.0.0.7"})},
        optional={"enabled": st.booleans()},
    )
    person = st.fixed_dictionaries(
        {
            "username": st.sampled_from(["alena", "bohdan", "marta"]),
            "roles": st.lists(st.sampled_from(["clerk", "manager", "auditor"]), min_size=1, unique=True),
        },
        optional={"name": WORDS.filter(str.isalnum), "profile": either, "active": st.booleans()},
    )
    screen = st.fixed_dictionaries(
        {"name": st.sampled_from(NAMES)},
        optional={"layout": st.none() | st.just({"kind": "waiting", "zone": {"services": slugs[:1]}, "rows": 5})},
    )
    return {
        "queue": 1,
        "branch": draw(BRANCH),
        "branding": {"accent_colour": draw(st.sampled_from(["#0b5d4e", "#7A0019"])), "welcome": draw(TEXTS)},
        "hours": {"weekly": draw(TIMES)},
        "services": services,
        "menu": draw(st.just([]) | st.just([{"name": {"cs": "Doklady"}, "items": [{"service": slugs[0]}]}])),
        "profiles": profiles,
        "counters": draw(unique_lists(counter, "name")),
        "desk": {"auto_call": draw(st.booleans())},
        "printers": draw(unique_lists(printer, "name")),
        "screens": draw(unique_lists(screen, "name")),
        "people": draw(unique_lists(person, "username")),
    }


FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
NUMBERS = itertools.count()


@FEW
@given(documents(), documents())
def test_whatever_is_set_up_comes_out_the_same_elsewhere_and_changes_nothing_again(
    context: Context, empty: Context, first: dict[str, Any], second: dict[str, Any]
) -> None:
    slug = f"b{next(NUMBERS)}"
    people = [{**each, "username": f"{each['username']}.{slug}"} for each in second["people"]]
    first, second = {**first, "people": []}, {**second, "people": people}
    import_branch(context, ACTOR, slug, first, terms=ALL)
    plan = import_branch(context, ACTOR, slug, second, terms=ALL)
    document = export_branch(context, slug)
    assert plan_import(context, slug, document).changes == ()
    for section in ("services", "profiles", "counters", "printers", "screens", "people"):
        assert len(document[section]) == len(second[section])
    again, _ = read_yaml(write_yaml(document))
    import_branch(empty, ACTOR, slug, again, terms=ALL)
    assert text(export_branch(empty, slug)) == text(document)
    assert write_yaml(export_branch(empty, slug)) == write_yaml(document)
    assert context.reload(slug).slug == slug
    assert not plan.is_new


# --- documents that are wrong ----------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """Draw a right document in which one value is replaced by anything, or which is anything at all."""
    document = copy.deepcopy(draw(documents()))
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return draw(ANYTHING)
        key = draw(st.sampled_from(keys))
        below = node[key]
        if not isinstance(below, dict | list) or not below or draw(st.integers(0, 3)) == 0:
            if isinstance(node, dict) and draw(st.booleans()):
                node[draw(st.text(max_size=6))] = node.pop(key)
            else:
                node[key] = draw(ANYTHING)
            return document
        node = below


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(FEW, max_examples=50)
@given(document=spoilt())
def test_any_document_is_taken_or_refused_by_its_place_and_a_refusal_changes_nothing(brno: Brno, document: Any) -> None:
    before = rows_of(brno.context, "branch", "branch_state", "service", "counter", "user_account", "audit_entry")
    try:
        import_branch(brno.context, ACTOR, "brno", document, terms=ALL)
    except QueueError as error:
        assert error.code == "invalid_value"
        assert isinstance(error.details["field"], str) and error.details["problem"]
        after = rows_of(brno.context, "branch", "branch_state", "service", "counter", "user_account", "audit_entry")
        assert before == after
    else:
        assert plan_import(brno.context, "brno", export_branch(brno.context, "brno")).changes == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ({"nonsense": 1}, "nonsense"),
        ({"queue": 2}, "queue"),
        ({"services": {}}, "services"),
        ({"services": [{"slug": "ids", "letter": "A"}]}, "services/0/name"),
        ({"services": [{"slug": "ids", "letter": "A1", "name": {"cs": "x"}}]}, "services/0/letter"),
        ({"services": [{"slug": "ids", "letter": "A", "name": {"cs": "x"}, "hours": {"mon": [["9", "10"]]}}]}, "services/0/hours"),
        ({"services": [{"slug": "ids", "letter": "A", "name": {"CS": "x"}}]}, "services/0/name/CS"),
        ({"services": []}, None),
        ({"profiles": [{"name": "x", "services": ["ids", {"service": "cash", "weight": 2}]}]}, "profiles/0/services/1/weight"),
        ({"counters": [{"name": "1"}, {"name": "1"}]}, "counters/1/name"),
        ({"counters": [{"name": "1", "profile": "x"}]}, "counters/0/profile"),
        ({"menu": [{"name": {"cs": "x"}, "items": [{"service": "gone"}]}]}, "menu/0/items/0/service"),
        ({"rules": {"classes": [{"name": "a"}, {"name": "a"}]}}, "rules/classes/1/name"),
        ({"slip": [{"block": "label"}, {"block": "text", "size": "huge", "texts": {"cs": "x"}}]}, "slip/1/size"),
        ({"printers": [{"name": "p", "kind": "network", "address": {"host": "h", "port": 0}}]}, "printers/0/address/port"),
        ({"printers": [{"name": "p", "kind": "browser", "fallback": "q"}]}, "printers/0/fallback"),
        ({"kiosks": [{"name": "k", "printer": "none"}]}, "kiosks/0/printer"),
        ({"screens": [{"name": "s", "layout": {"zone": {"counters": ["9"]}}}]}, "screens/0/layout/zone/counters/0"),
        ({"panels": [{"name": "p", "kind": "tcp", "address": {}}]}, "panels/0/address/host"),
        ({"people": [{"username": "x", "roles": ["king"]}]}, "people/0/roles/0"),
        ({"branding": {"accent_colour": "#ffee00"}}, "branding/accent_colour"),
        ({"branding": {"logo": "R0lGODlh"}}, "branding/logo"),
        ({"branch": {"slug": "ostrava"}}, "branch/slug"),
        ({"branch": {"name": {"cs": "x"}, "time_zone": "Europe", "languages": ["cs"]}}, "branch/time_zone"),
        ({"hours": {"exceptions": [{"from": "2026-13-01"}]}}, "hours/exceptions/0/from"),
        ({"hours": {"holidays": {"country": "XX"}}}, "hours/holidays/country"),
        ({"hours": {"holidays": {"country": "DE", "subdivision": "XX"}}}, "hours/holidays/subdivision"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_place(brno: Brno, document: Any, field: str | None) -> None:
    if field is None:
        assert plan_import(brno.context, "brno", document).changes
        return
    with pytest.raises(QueueError) as refused:
        plan_import(brno.context, "brno", document, ALL)
    assert (refused.value.code, refused.value.details["field"]) == ("invalid_value", field)


# --- what stays, and what is never told ------------------------------------------------------------------------------


def test_a_section_that_is_left_out_stays_and_one_that_is_there_replaces_it(brno: Brno) -> None:
    before = export_branch(brno.context, "brno")
    plan = import_branch(brno.context, ACTOR, "brno", {"desk": {"auto_call": True}})
    assert [each.as_data() for each in plan.changes] == [{"path": "desk/auto_call", "before": False, "after": True}]
    after = export_branch(brno.context, "brno")
    assert after == {**before, "desk": {**before["desk"], "auto_call": True}}
    import_branch(brno.context, ACTOR, "brno", {"desk": {}})
    assert export_branch(brno.context, "brno") == before


def test_a_password_is_never_taken_out_and_stays_when_its_printer_comes_back(brno: Brno) -> None:
    address = {"uri": "ipp://printer/ipp/print", "user": "queue", "password": "sesame"}
    import_branch(
        brno.context, ACTOR, "brno", {"printers": [{"name": "office", "kind": "ipp", "address": address}]}, terms=ALL
    )
    document = export_branch(brno.context, "brno")
    assert "sesame" not in text(document)
    document["printers"][0]["paper"] = "roll58"
    plan = import_branch(brno.context, ACTOR, "brno", document, terms=ALL)
    assert [each.path for each in plan.changes] == ["printers/office/paper"]
    rows = rows_of(brno.context, "printer", "audit_entry")
    assert address in rows["printer"][-1]
    document["printers"][0]["address"]["password"] = "other"
    assert [each.path for each in plan_import(brno.context, "brno", document, ALL).changes] == [
        "printers/office/address/password"
    ]
    assert "sesame" not in str(rows["audit_entry"])


def test_every_import_is_written_down_with_how_it_was_and_how_it_is(brno: Brno) -> None:
    import_branch(brno.context, ACTOR, "brno", {"desk": {"wrap_up_seconds": 30}})
    (entry,) = rows_of(brno.context, "audit_entry")["audit_entry"]
    assert {"desk/wrap_up_seconds": 0} in entry and {"desk/wrap_up_seconds": 30} in entry
    assert "import_config" in entry


def test_who_works_in_a_branch_is_changed_only_by_who_may(brno: Brno) -> None:
    document = export_branch(brno.context, "brno")
    assert import_branch(brno.context, ACTOR, "brno", document).changes == ()
    with pytest.raises(QueueError, match="not_allowed"):
        import_branch(brno.context, ACTOR, "brno", {"people": []})


def test_the_last_administrator_cannot_be_left_out(brno: Brno) -> None:
    boss = {"username": "boss", "roles": ["admin"]}
    import_branch(brno.context, ACTOR, "brno", {"people": [boss]}, terms=ALL)
    with pytest.raises(QueueError, match="last_administrator"):
        import_branch(brno.context, ACTOR, "brno", {"people": [{**boss, "active": False}]}, terms=ALL)
    assert export_branch(brno.context, "brno")["people"][0]["active"] is True


def test_somebody_who_works_elsewhere_too_keeps_their_own_properties(brno: Brno, context: Context) -> None:
    create_brno(context, "ostrava")
    mine = {"username": "alena.ostrava", "name": "Alena", "language": "en", "roles": ["clerk"]}
    import_branch(context, ACTOR, "brno", {"people": [mine]}, terms=ALL)
    with pytest.raises(QueueError) as refused:
        import_branch(context, ACTOR, "brno", {"people": [{**mine, "active": False}]}, terms=ALL)
    assert refused.value.details["field"] == "people/0/active"


def test_a_page_cannot_make_a_printer_write_anywhere(brno: Brno, tmp_path: Path) -> None:
    wish = {"printers": [{"name": "p", "kind": "folder", "address": {"path": str(tmp_path / "in" / "x")}}]}
    with pytest.raises(QueueError) as refused:
        plan_import(brno.context, "brno", wish, Terms(files_in=tmp_path / "elsewhere"))
    assert refused.value.details["field"] == "printers/0/address/path"
    assert plan_import(brno.context, "brno", wish, Terms(files_in=tmp_path)).changes


def test_the_logo_goes_with_the_document(brno: Brno, empty: Context) -> None:
    picture = BytesIO()
    Image.new("RGBA", (700, 90), (200, 30, 30, 128)).save(picture, "PNG")
    logo = base64.b64encode(picture.getvalue()).decode()
    plan = import_branch(brno.context, ACTOR, "brno", {"branding": {"logo": logo}})
    assert str(plan.changes[0].after).startswith("PNG, ")
    document = export_branch(brno.context, "brno")
    import_branch(empty, ACTOR, "brno", document, terms=ALL)
    assert text(export_branch(empty, "brno")) == text(document)
