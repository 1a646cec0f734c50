"""Central templates: each branch is the template with its own parts over it, whatever was changed where, and nobody is lost."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.domain.errors import QueueError
from queue_app.operations import central_templates as central
from queue_app.operations.config_document import export_branch, import_branch
from queue_app.operations.rules_setup import set_desk, set_intake, set_notice
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.template_overlay import USUAL_SERVICE, check_template, differences, overlay
from queue_app.operations.template_records import every_template, following_of, template_of
from queue_app.operations.trades import document_of, trades
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.running_tables import AuditEntry
from tests.factories import create_brno

BOSS = Actor("console", "console", supervises=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules that are the same on any database are tried on one of them."""

NAME = {"en": "House rules", "cs": "Pravidla"}
HOURS = {"mon": [["08:00", "12:00"]], "wed": [["08:00", "17:00"]]}


def service(slug: str, letter: str, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "letter": letter, "name": {"en": slug.title()}, **more}


def template(*services: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"services": list(services), **sections}


TWO = template(service("ids", "A"), service("cash", "C", expected_service_minutes=3), hours={"weekly": HOURS})


def branch(context: Context, slug: str = "brno") -> dict[str, Any]:
    return export_branch(context, slug)


def slugs(context: Context, slug: str = "brno") -> list[str]:
    return [each["slug"] for each in branch(context, slug)["services"]]


def own(context: Context, slug: str = "brno") -> list[str]:
    found = central.standing(context, slug)
    assert found is not None
    return list(found.own)


def change(context: Context, slug: str, **sections: Any) -> None:
    import_branch(context, BOSS, slug, sections, accept_stranding=True)


def changed_service(context: Context, name: str, **values: Any) -> list[dict[str, Any]]:
    return [{**each, **values} if each["slug"] == name else each for each in branch(context)["services"]]


@pytest.fixture
def brno(context: Context) -> Any:
    return create_brno(context)


@pytest.fixture
def following(context: Context, brno: Any) -> Context:
    """Brno follows the template `house`, and has nothing of its own."""
    central.save_template(context, BOSS, "house", NAME, TWO)
    central.follow(context, BOSS, "brno", "house")
    return context


def test_a_branch_that_follows_is_as_the_template_says(following: Context) -> None:
    now = branch(following)
    assert slugs(following) == ["ids", "cash"] and now["hours"]["weekly"] == HOURS
    assert now["services"][1]["expected_service_minutes"] == 3
    assert now["branch"]["name"] == {"cs": "Brno-střed", "en": "Brno Centre"}, "what the template does not say stays"
    assert own(following) == []


def test_a_change_of_the_template_reaches_every_follower(following: Context) -> None:
    create_brno(following, "ostrava")
    central.follow(following, BOSS, "ostrava", "house")
    changed = template(
        service("ids", "A", daily_quota=9), service("new", "N"), hours={"weekly": {"tue": [["09:00", "10:00"]]}}
    )
    planned = central.plan_template(following, "house", NAME, changed)
    assert slugs(following) == ["ids", "cash"], "a plan changes nothing"
    done = central.save_template(following, BOSS, "house", NAME, changed)
    assert [(each.branch, each.refused) for each in done] == [("brno", None), ("ostrava", None)]
    assert [each.plan for each in planned] == [each.plan for each in done], "what was planned is what was done"
    for slug in ("brno", "ostrava"):
        assert slugs(following, slug) == ["ids", "new"]
        assert branch(following, slug)["services"][0]["daily_quota"] == 9


def test_a_local_change_becomes_the_branches_own_and_is_not_lost(following: Context) -> None:
    change(following, "brno", hours={"weekly": {"fri": [["10:00", "11:00"]]}})
    change(following, "brno", services=changed_service(following, "ids", letter="Z"))
    assert own(following) == ["hours", "services/ids"]
    central.save_template(
        following,
        BOSS,
        "house",
        NAME,
        template(service("ids", "A", digits=4), service("cash", "K"), hours={"weekly": {}}),
    )
    now = branch(following)
    assert now["hours"]["weekly"] == {"fri": [["10:00", "11:00"]]}
    assert [(each["slug"], each["letter"], each["digits"]) for each in now["services"]] == [
        ("ids", "Z", 3),
        ("cash", "K", 3),
    ]
    assert own(following) == ["hours", "services/ids"]


def test_a_change_by_another_door_than_the_import_becomes_own_as_well(following: Context) -> None:
    central.save_template(following, BOSS, "house", NAME, {**TWO, "desk": {"no_show_calls": 2}})
    set_desk(following, "brno", BOSS, {"no_show_calls": 5})
    central.save_template(following, BOSS, "house", NAME, {**TWO, "desk": {"no_show_calls": 3}})
    assert branch(following)["desk"]["no_show_calls"] == 5 and own(following) == ["desk"]


@ON_SQLITE
def test_what_is_changed_back_is_nobodys_own(following: Context) -> None:
    change(following, "brno", hours={"weekly": {}})
    change(following, "brno", hours={"weekly": HOURS})
    assert own(following) == []


@ON_SQLITE
def test_local_services_stay_where_they_stand_and_removed_ones_stay_away(following: Context) -> None:
    ids = changed_service(following, "ids")[0]
    change(following, "brno", services=[ids, service("extra", "E")])
    assert own(following) == ["services/cash", "services/extra"]
    central.save_template(
        following, BOSS, "house", NAME, template(service("ids", "A"), service("cash", "C"), service("late", "L"))
    )
    assert slugs(following) == ["ids", "extra", "late"]


@ON_SQLITE
def test_follow_again_lets_the_template_hold(following: Context) -> None:
    change(following, "brno", services=changed_service(following, "ids", letter="Z"), hours={"weekly": {}})
    central.follow_again(following, BOSS, "brno", "services/ids")
    assert branch(following)["services"][0]["letter"] == "A" and own(following) == ["hours"]
    central.follow_again(following, BOSS, "brno", "hours")
    assert branch(following)["hours"]["weekly"] == HOURS and own(following) == []
    with pytest.raises(QueueError) as refused:
        central.follow_again(following, BOSS, "brno", "hours")
    assert refused.value.code == "invalid_value"


def test_what_is_turned_on_and_off_during_the_day_is_no_change_of_the_set_up(following: Context) -> None:
    set_intake(following, "brno", BOSS, "ids", False)
    set_notice(following, "brno", BOSS, {"cs": "Dnes bez proudu"})
    assert own(following) == []
    central.save_template(following, BOSS, "house", NAME, {**TWO, "desk": {"no_show_calls": 4}})
    now = branch(following)
    assert not now["services"][0]["intake_open"] and now["branch"]["notice"] == {"cs": "Dnes bez proudu"}


def test_a_branch_that_refuses_stays_as_it_was_and_is_brought_up_later(following: Context) -> None:
    brno = create_brno(following, "praha")
    central.follow(following, BOSS, "praha", "house")
    take_ticket(following, brno.forecasts, "praha", TakeTicket(service="cash"))
    before = branch(following, "praha")
    changed = template(service("ids", "B"))
    planned = central.plan_template(following, "house", NAME, changed)
    assert [bool(each.plan and each.plan.stranded) for each in planned] == [False, True]
    done = central.save_template(following, BOSS, "house", NAME, changed)
    assert [(each.branch, each.refused and each.refused.code) for each in done] == [
        ("brno", None),
        ("praha", "would_strand"),
    ]
    assert branch(following, "praha") == before and slugs(following) == ["ids"]
    # What it changes while it lies behind is its own; what only the template changed is not.
    change(following, "praha", hours={"weekly": {"sun": [["10:00", "11:00"]]}})
    done = central.apply_template(following, BOSS, "house", accept_stranding=True)
    assert [each.refused for each in done] == [None, None]
    assert slugs(following, "praha") == ["ids"] and own(following, "praha") == ["hours"]
    assert branch(following, "praha")["services"][0]["letter"] == "B"


@ON_SQLITE
def test_an_own_part_that_no_longer_fits_is_told_by_branch_and_the_others_go_on(following: Context) -> None:
    create_brno(following, "zlin")
    central.follow(following, BOSS, "zlin", "house")
    change(following, "zlin", profiles=[{"name": "only cash", "manner": "first_come", "services": ["cash"]}])
    done = central.save_template(following, BOSS, "house", NAME, template(service("ids", "A")))
    assert {each.branch: each.refused and each.refused.code for each in done} == {"brno": None, "zlin": "invalid_value"}
    assert slugs(following) == ["ids"] and slugs(following, "zlin") == ["ids", "cash"]


@ON_SQLITE
def test_keep_takes_all_differences_as_own_and_changes_nothing(context: Context, brno: Any) -> None:
    central.save_template(context, BOSS, "house", NAME, TWO)
    before = branch(context)
    outcome = central.follow(context, BOSS, "brno", "house", keep=True)
    assert outcome.plan is not None and outcome.plan.changes == () and branch(context) == before
    assert outcome.own == ("hours", "services/cash", "services/driving", "services/ids")


@ON_SQLITE
def test_planning_to_follow_says_what_following_does(context: Context, brno: Any) -> None:
    central.save_template(context, BOSS, "house", NAME, TWO)
    planned = central.plan_follow(context, "brno", "house", ["hours"])
    assert following_of_brno(context) is None
    assert central.follow(context, BOSS, "brno", "house", ["hours"]).plan == planned.plan
    assert branch(context)["hours"]["weekly"] is None


def following_of_brno(context: Context) -> Any:
    with context.database.reading() as connection:
        return following_of(connection, "brno")


def test_a_followed_template_is_not_deleted_and_unfollowing_changes_nothing_else(following: Context) -> None:
    with pytest.raises(QueueError) as refused:
        central.delete_template(following, BOSS, "house")
    assert refused.value.code == "template_followed" and refused.value.details["branches"] == ["brno"]
    before = branch(following)
    central.unfollow(following, BOSS, "brno")
    assert branch(following) == before and central.standing(following, "brno") is None
    central.delete_template(following, BOSS, "house")
    with following.database.reading() as connection:
        assert every_template(connection) == []


def test_every_step_is_in_the_audit_log_with_before_and_after(following: Context) -> None:
    central.save_template(following, BOSS, "house", NAME, template(service("ids", "A")))
    change(following, "brno", services=changed_service(following, "ids", letter="Z"))
    central.follow_again(following, BOSS, "brno", "services/ids")
    central.unfollow(following, BOSS, "brno")
    central.delete_template(following, BOSS, "house")
    with following.database.reading() as connection:
        rows = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    told = [
        (row.action, row.subject, row.before is None, row.after is None)
        for row in rows
        if row.action != "import_config"
    ]
    assert told == [
        ("make_template", "house", True, False),
        ("follow_template", "brno", True, False),
        ("change_template", "house", False, False),
        ("unfollow_template", "brno", False, True),
        ("delete_template", "house", False, True),
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"people": []}, "people"),
        ({"branch": {"slug": "x", "languages": ["en"]}}, "branch/slug"),
        ({"branch": {"notice": {"en": "x"}}}, "branch/notice"),
        ({"services": [service("a", "A", intake_open=False)]}, "services/0/intake_open"),
        ({"services": [service("a", "1")]}, "services/0/letter"),
        ({"services": [service("a", "A"), service("a", "B")]}, "services/1/slug"),
        ({"menu": [{"service": "nowhere"}]}, "menu/0/service"),
        ({"hours": 7}, "hours"),
        ({"branch": "x"}, "branch"),
        ([], ""),
        (None, ""),
    ],
)
def test_what_a_template_cannot_say_is_refused_with_its_place(document: Any, field: str, following: Context) -> None:
    before = every(following)
    with pytest.raises(QueueError) as refused:
        central.save_template(following, BOSS, "house", NAME, document)
    assert refused.value.code == "invalid_value"
    assert str(refused.value.details["field"]).startswith(field)
    assert every(following) == before


def every(context: Context) -> Any:
    with context.database.reading() as connection:
        return every_template(connection), branch(context)


@ON_SQLITE
@pytest.mark.parametrize("path", ["people", "services/", "services/a/b", "branches", "services/ä", ""])
def test_own_parts_are_sections_or_services(path: str, following: Context) -> None:
    with pytest.raises(QueueError):
        central.follow(following, BOSS, "brno", "house", [path])


@ON_SQLITE
def test_the_usual_service_is_what_an_import_makes_of_one_of_which_nothing_is_said(following: Context) -> None:
    change(following, "brno", services=[service("plain", "P")])
    plain = branch(following)["services"][0]
    assert plain == {**service("plain", "P"), **USUAL_SERVICE}


@ON_SQLITE
@pytest.mark.parametrize("trade", [slug for slug, _ in trades()])
def test_a_trade_makes_a_template(trade: str, context: Context, brno: Any) -> None:
    document = document_of(trade, ["cs", "en"], "CZ")
    del document["branch"]["notice"]
    central.save_template(context, BOSS, trade, NAME, document)
    central.follow(context, BOSS, "brno", trade)
    assert branch(context)["menu"] == document["menu"] and own(context) == []


LETTERS = "ABCDEFGH"


class Chance:
    """Makes templates and local changes by chance, always the same for one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def services(self) -> list[dict[str, Any]]:
        chosen = self.random.sample(LETTERS, self.random.randint(1, 4))
        return [
            service(f"s-{letter.lower()}", letter, daily_quota=self.random.choice([None, 5, 9])) for letter in chosen
        ]

    def template(self) -> dict[str, Any]:
        services = self.services()
        document: dict[str, Any] = {"services": services}
        some = self.random.sample(services, self.random.randint(1, len(services)))
        may = {
            "hours": {
                "weekly": {self.random.choice(["mon", "tue"]): [["08:00", self.random.choice(["12:00", "13:00"])]]}
            },
            "desk": {"no_show_calls": self.random.randint(1, 4)},
            "menu": [{"name": {"en": "Group"}, "items": [{"service": each["slug"]} for each in some]}],
            "profiles": [{"name": "all", "manner": "first_come", "services": [each["slug"] for each in some]}],
            "branch": {"target_wait_minutes": self.random.randint(5, 20)},
        }
        for section in self.random.sample(sorted(may), self.random.randint(0, 4)):
            document[section] = may[section]
        return document

    def locally(self, now: dict[str, Any]) -> dict[str, Any]:
        services = deepcopy(now["services"])
        kind = self.random.choice(["quota", "remove", "add", "order", "hours", "desk", "menu"])
        if kind == "quota":
            self.random.choice(services)["daily_quota"] = self.random.randint(10, 99)
        elif kind == "remove" and len(services) > 1:
            services.remove(self.random.choice(services))
        elif kind == "add":
            fresh = f"x-{self.random.randint(1, 5)}"
            if fresh not in {each["slug"] for each in services}:
                services.insert(self.random.randint(0, len(services)), service(fresh, "X"))
        elif kind == "order":
            self.random.shuffle(services)
        elif kind == "hours":
            return {"hours": {"weekly": {"sat": [["09:00", self.random.choice(["10:00", "11:00"])]]}}}
        elif kind == "desk":
            return {"desk": {"no_show_calls": self.random.randint(5, 9)}}
        elif kind == "menu":
            return {"menu": [{"service": self.random.choice(services)["slug"]}]}
        return {"services": services}


@ON_SQLITE
@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_each_branch_is_the_template_with_its_own_parts_over_it(seed: int, context: Context) -> None:
    chance = Chance(seed)
    names = ("brno", "praha")
    central.save_template(context, BOSS, "house", NAME, chance.template())
    for name in names:
        create_brno(context, name)
        central.follow(context, BOSS, name, "house", keep=chance.random.random() < 0.3)
    for _ in range(7):
        step, name = chance.random.choice(["template", "local", "local", "again"]), chance.random.choice(names)
        marked = {each: set(own(context, each)) for each in names}
        before = {each: branch(context, each) for each in names}
        if step == "template":
            for outcome in central.save_template(context, BOSS, "house", NAME, chance.template()):
                if outcome.refused is None:
                    kept_what_was_own(before[outcome.branch], branch(context, outcome.branch), marked[outcome.branch])
        elif step == "local":
            try_to(lambda name=name: change(context, name, **chance.locally(branch(context, name))))
        elif marked[name]:
            path = chance.random.choice(sorted(marked[name]))
            try_to(lambda name=name, path=path: central.follow_again(context, BOSS, name, path))
        central.apply_template(context, BOSS, "house")
        for each in names:
            is_template_with_own_parts(context, each)


def try_to(act: Any) -> None:
    try:
        act()
    except QueueError as error:
        assert error.code == "invalid_value"


def kept_what_was_own(before: dict[str, Any], after: dict[str, Any], marked: set[str]) -> None:
    """Assert that a change of the template left every own part alone, but for what refers to services that went."""
    for path in marked:
        section, _, name = path.partition("/")
        if name:
            was, is_ = ([each for each in part[section] if each["slug"] == name] for part in (before, after))
            assert was == is_, path
        elif section in {"hours", "desk", "services", "branch"}:
            assert before[section] == after[section], path


def is_template_with_own_parts(context: Context, name: str) -> None:
    """Assert that a branch is what the template and its own parts make together, and that both are told rightly."""
    now = branch(context, name)
    with context.database.reading() as connection:
        known = following_of(connection, name)
        assert known is not None
        document = known.last or template_of(connection, "house").document
    marked = own(context, name)
    assert overlay(document, now, marked) == now
    assert differences(document, now, marked) == ()
    if known.last is None:
        found = central.standing(context, name)
        assert found is not None and found.plan is not None and found.plan.changes == ()


@ON_SQLITE
def test_checking_a_template_twice_changes_nothing(context: Context) -> None:
    with context.database.reading() as connection:
        for seed in range(30):
            once = check_template(connection, context.clock.now(), Chance(seed).template())
            assert check_template(connection, context.clock.now(), once) == once
