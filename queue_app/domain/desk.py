"""What a branch wants of its desks: when somebody has not come, what happens after a service, which outcomes are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from queue_app.domain.reading import object_of, small_name, truth, whole, wrong

UNDO_SECONDS = 20
"""So long after it a clerk's last action can be undone."""

MOST_OUTCOMES = 30


@dataclass(frozen=True)
class DeskRules:
    """What holds at every desk of a branch.

    Attributes:
        no_show_calls: a visitor is a no-show only after so many calls.
        no_show_seconds: and only so long after the last of them.
        most_recalls: one recall more than this ends as a no-show; None for no limit.
        wrap_up_seconds: after each service the counter is left in peace for so long; 0 for not at all.
        auto_call: whether finishing calls the next visitor by itself.
        outcome_required: whether a service that has outcomes cannot be finished without one.
    """

    no_show_calls: int = 1
    no_show_seconds: int = 0
    most_recalls: int | None = None
    wrap_up_seconds: int = 0
    auto_call: bool = False
    outcome_required: bool = False


def check_desk(data: object) -> DeskRules:
    """Read what a branch wants of its desks; everything may be left out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", set(DeskRules.__dataclass_fields__))
    default = DeskRules()
    return DeskRules(
        no_show_calls=whole(told.get("no_show_calls", default.no_show_calls), "no_show_calls", 1, 20),
        no_show_seconds=whole(told.get("no_show_seconds", default.no_show_seconds), "no_show_seconds", 0, 3600),
        most_recalls=None if told.get("most_recalls") is None else whole(told["most_recalls"], "most_recalls", 1, 20),
        wrap_up_seconds=whole(told.get("wrap_up_seconds", default.wrap_up_seconds), "wrap_up_seconds", 0, 3600),
        auto_call=truth(told.get("auto_call", default.auto_call), "auto_call"),
        outcome_required=truth(told.get("outcome_required", default.outcome_required), "outcome_required"),
    )


@dataclass(frozen=True)
class Outcome:
    """How a service may end: the word that is kept, and its name by language."""

    code: str
    name: dict[str, str]


def check_outcomes(data: object) -> tuple[Outcome, ...]:
    """Read a service's outcomes: `[{"code": "resolved", "name": {"en": "Resolved", "cs": "Vyřízeno"}}, …]`.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    if not isinstance(data, list) or len(data) > MOST_OUTCOMES:
        raise wrong("outcomes", "a list of at most %(most)d is needed", most=MOST_OUTCOMES)
    found: list[Outcome] = []
    for place, entry in enumerate(data):
        told = object_of(entry, f"outcomes[{place}]", {"code", "name"})
        code = small_name(told.get("code"), f"outcomes[{place}].code")
        if any(code == other.code for other in found):
            raise wrong(f"outcomes[{place}].code", "the code stands in the list already")
        found.append(Outcome(code, _names(told.get("name"), f"outcomes[{place}].name")))
    return tuple(found)


def _names(value: object, place: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise wrong(place, "a name by language is needed")
    for language, name in value.items():
        if not isinstance(name, str) or not name.strip() or len(name) > 80:
            raise wrong(f"{place}.{language}", "a text of %(least)d to %(most)d characters is needed", least=1, most=80)
    return value
