"""A day read from the record a second time: slowly and in the most obvious way, to be compared with the product's own reading.

It uses nothing of the product and is meant to be believed by reading it. First whatever was taken back is struck out. Then the events
that are left are told again, one after the other, in plain dicts. For the clerks' time the day is cut into pieces at every moment at
which anything changed, and of each piece is asked what went on in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

NEVER = -1
QUARTER = 15 * 60 * 1000
LEFT = ("no_show", "cancelled", "expired")

Thing = dict[str, Any]
ServicesOf = Callable[[int | None], Collection[int]]


def days_of(events: Iterable[Any]) -> list[list[Any]]:
    """Return a branch's events day by day: up to the expiry of the tickets and the closing of the counters right after it."""
    days: list[list[Any]] = []
    ended = True
    for event in events:
        if ended and not (event.kind == "counter_closed" and event.reason == "day_closed"):
            days.append([])
            ended = False
        days[-1].append(event)
        if event.kind == "tickets_expired":
            ended = True
    return days


def read(events: Sequence[Any], services_of: ServicesOf, now: datetime) -> dict[str, list[Thing]]:
    """Return the `legs`, `visits` and `staff` of a day, as it stands at `now`.

    Args:
        events: all of that day so far, in order.
        services_of: the ids of the services that a work profile takes; all of the branch for None.
        now: aware.
    """
    struck_out = taken_back(events)
    tickets, legs = told_again([event for event in events if event.revision not in struck_out])
    wrap_ups = wrap_ups_of(events, struck_out)
    for wrap_up in wrap_ups:
        wrap_up["after"] = stay_before(wrap_up, legs)
    visits = [ticket for ticket in tickets if ticket["somebody"]]
    for ticket in visits:
        ticket["legs"] = [leg for leg in legs if leg["ticket"] == ticket["id"]]
    there = [leg for ticket in visits for leg in ticket["legs"]]
    for leg in there:
        figures_of_leg(leg, wrap_ups, milliseconds(now))
    return {
        "legs": [leg_row(leg, place, ticket) for place, ticket in enumerate(visits) for leg in ticket["legs"]],
        "visits": [visit_row(ticket, milliseconds(now)) for ticket in visits],
        "staff": staff_rows(sessions_of(events), there, wrap_ups, services_of, milliseconds(now)),
    }


def milliseconds(moment: datetime) -> int:
    """Return the whole milliseconds since 1970."""
    passed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 24 * 60 * 60 + passed.seconds) * 1000 + passed.microseconds // 1000


def of_text(text: str | None) -> int:
    """Return the same of a moment that stands in an event's data; `NEVER` where none does."""
    return milliseconds(datetime.fromisoformat(text)) if text else NEVER


def since(begin: int, end: int) -> int:
    """Return how long it was; nothing where it ended before it began, `NEVER` where one of the two has not been."""
    if begin == NEVER or end == NEVER:
        return NEVER
    return end - begin if end > begin else 0


# --- what happened ---------------------------------------------------------------------------------------------------


def taken_back(events: Sequence[Any]) -> set[int]:
    """Return the revisions of everything that was taken back, and of the takings back themselves."""
    found = set()
    for event in events:
        if event.kind == "action_undone":
            found.add(event.revision)
            found.update(event.data["undone"])
    for event in events:
        # A wrap-up that began together with the end of a service goes with it.
        if event.kind == "counter_wrap_up" and event.data.get("with") in found:
            found.add(event.revision)
    return found


def told_again(events: Sequence[Any]) -> tuple[list[Thing], list[Thing]]:
    """Tell what happened to everybody, and return the tickets and all legs, both in the order in which they came to be."""
    tickets: dict[int, Thing] = {}
    legs: dict[int, Thing] = {}
    for event in events:
        at = milliseconds(event.at)
        if event.kind == "ticket_issued":
            tickets[event.ticket_id] = a_ticket(event, at)
            legs[event.leg_id] = a_leg(event.ticket_id, 1, event.data["service_id"], event.data, at)
            legs[event.leg_id]["begin"] = max(at, of_text(event.data.get("booked_for")))
        elif event.kind == "tickets_expired":
            for leg_id in event.data["expired_legs"]:
                goes_away(legs[leg_id], "expired", at, event.revision)
                legs[leg_id]["end"] = at
            for leg_id in event.data["finished_legs"]:
                goes_away(legs[leg_id], "finished", at, event.revision)
                legs[leg_id]["end"] = at
                legs[leg_id]["outcome"] = "day_closed"
        elif event.leg_id is not None:
            leg, ticket = legs[event.leg_id], tickets[event.ticket_id]
            happens(leg, ticket, event, at)
            if "new_leg_id" in event.data:
                following = a_leg(ticket["id"], leg["sequence"] + 1, event.data["to_service_id"], event.data, at)
                legs[event.data["new_leg_id"]] = following
    return list(tickets.values()), list(legs.values())


def a_ticket(event: Any, at: int) -> Thing:
    low, high = event.data.get("forecast") or (None, None)
    return {
        "id": event.ticket_id,
        "priority": event.data["priority"],
        "channel": event.data["channel"],
        "issued": at,
        "promised_from": NEVER if low is None else low * 1000,
        "promised_to": NEVER if high is None else high * 1000,
        # Nobody holds the number of somebody who was served without one, once that was taken back.
        "somebody": True,
    }


def a_leg(ticket: int, sequence: int, service: int, data: Any, at: int) -> Thing:
    leg: Thing = {
        "ticket": ticket,
        "sequence": sequence,
        "service": service,
        "enqueued": at,
        "begin": at,
        "first_call": NEVER,
        "last_call": NEVER,
        "start": NEVER,
        "end": NEVER,
        "counter": 0,
        "user": 0,
        "rule": None,
        "outcome": "",
        "calls": 0,
        "returns": 0,
        "stays": [],
        "waits": [],
    }
    is_kept_for(leg, data)
    waits_from(leg, at)
    return leg


def happens(leg: Thing, ticket: Thing, event: Any, at: int) -> None:
    """Let one event happen to one leg."""
    kind = event.kind
    if kind in ("ticket_called", "ticket_recalled"):
        leg["last_call"] = at
        leg["calls"] += 1
        if leg["first_call"] == NEVER:
            leg["first_call"] = at
        if kind == "ticket_called":
            comes_to(leg, "called", event, at)
        leg["stays"][-1]["begin"] = at
    elif kind == "service_started":
        leg["start"] = at
        if event.rule is None:
            leg["state"] = "serving"
        else:
            comes_to(leg, "serving", event, at)
    elif kind in ("ticket_finished", "ticket_transferred"):
        if leg["start"] == NEVER and leg["state"] in ("called", "serving"):
            leg["start"] = leg["last_call"]
        if kind == "ticket_finished":
            leg["outcome"] = event.data["outcome"] or ""
        goes_away(leg, "finished" if kind == "ticket_finished" else "transferred", at, event.revision)
        leg["end"] = at
    elif kind in ("ticket_no_show", "ticket_cancelled"):
        goes_away(leg, "no_show" if kind == "ticket_no_show" else "cancelled", at, event.revision)
        leg["end"] = at
        if event.reason == "undone" and "with" in event.data:
            ticket["somebody"] = False
    elif kind in ("ticket_parked", "ticket_returned", "ticket_reopened"):
        goes_away(leg, "parked", at, event.revision)
        leg["start"] = leg["end"] = NEVER
        leg["counter"] = leg["user"] = 0
        leg["rule"] = None
        if kind == "ticket_reopened":
            leg["outcome"] = ""
            ticket["somebody"] = True
        else:
            is_kept_for(leg, event.data)
        if kind == "ticket_returned":
            leg["returns"] += 1
        if kind != "ticket_parked":
            waits_from(leg, max(at, of_text(event.data.get("not_before"))))


def is_kept_for(leg: Thing, data: Any) -> None:
    leg["for_counter"] = data.get("reserved_counter_id")
    leg["for_user"] = data.get("reserved_user_id")


def waits_from(leg: Thing, at: int) -> None:
    leg["state"] = "waiting"
    leg["waits"].append(
        {"begin": at, "end": NEVER, "for_counter": leg["for_counter"], "for_user": leg["for_user"]},
    )


def comes_to(leg: Thing, state: str, event: Any, at: int) -> None:
    """Let a leg come to the counter of `event`."""
    goes_away(leg, state, at, event.revision)
    leg["counter"], leg["user"], leg["rule"] = event.counter_id, event.user_id or 0, event.rule
    leg["stays"].append({"counter": event.counter_id, "begin": at, "end": NEVER, "end_revision": NEVER})


def goes_away(leg: Thing, state: str, at: int, revision: int) -> None:
    """Let a leg leave the queue or the counter where it is."""
    if leg["state"] == "waiting":
        leg["waits"][-1]["end"] = at
    if leg["state"] in ("called", "serving"):
        leg["stays"][-1]["end"] = at
        leg["stays"][-1]["end_revision"] = revision
    leg["state"] = state


# --- what happened at the counters -----------------------------------------------------------------------------------


def sessions_of(events: Sequence[Any]) -> list[Thing]:
    """Return who sat at which counter, with the pauses and the work profiles."""
    sessions: list[Thing] = []
    at_counter: dict[int, Thing] = {}
    for event in events:
        at = milliseconds(event.at)
        if event.kind == "counter_opened":
            session: Thing = {"counter": event.counter_id, "user": event.user_id or 0, "begin": at, "end": NEVER}
            session["pauses"] = []
            session["profiles"] = [(at, event.data["profile_id"])]
            sessions.append(session)
            at_counter[event.counter_id] = session
        elif event.kind == "counter_paused":
            at_counter[event.counter_id]["pauses"].append({"begin": at, "end": NEVER})
        elif event.kind in ("counter_resumed", "counter_closed"):
            for pause in at_counter[event.counter_id]["pauses"]:
                if pause["end"] == NEVER:
                    pause["end"] = at
            if event.kind == "counter_closed":
                at_counter[event.counter_id]["end"] = at
        elif event.kind == "counter_profile_changed":
            at_counter[event.counter_id]["profiles"].append((at, event.data["profile_id"]))
    return sessions


def wrap_ups_of(events: Sequence[Any], struck_out: set[int]) -> list[Thing]:
    """Return the wrap-ups. A call ends one even if it was taken back: the counter was not put back into it."""
    wrap_ups: list[Thing] = []
    ends = (
        "ticket_called",
        "service_started",
        "counter_resumed",
        "counter_paused",
        "counter_closed",
        "action_undone",
    )
    for event in events:
        at = milliseconds(event.at)
        if event.kind in ends and event.counter_id is not None:
            for each in wrap_ups:
                if each["counter"] == event.counter_id and each["end"] == NEVER:
                    each["end"] = at
        elif event.kind == "counter_wrap_up" and event.revision not in struck_out:
            wrap_ups.append({"counter": event.counter_id, "begin": at, "end": NEVER, "revision": event.revision})
    return wrap_ups


def stay_before(wrap_up: Thing, legs: Sequence[Thing]) -> Thing | None:
    """Return the stay that was the last one at the counter before a wrap-up, if the wrap-up followed it at once."""
    last = None
    for leg in legs:
        for stay in leg["stays"]:
            before = stay["counter"] == wrap_up["counter"] and NEVER < stay["end_revision"] < wrap_up["revision"]
            if before and (last is None or stay["end_revision"] > last["end_revision"]):
                last = stay
    return last if last is not None and last["end"] == wrap_up["begin"] else None


# --- figures ---------------------------------------------------------------------------------------------------------


def figures_of_leg(leg: Thing, wrap_ups: Sequence[Thing], now: int) -> None:
    """Add to a leg how long everything took."""
    leg["served"] = leg["state"] == "finished" or (leg["state"] == "transferred" and leg["start"] != NEVER)
    leg["started"] = leg["start"] if leg["served"] or leg["state"] == "serving" else NEVER
    leg["queue_wait"] = leg["response"] = leg["wait"] = leg["in_vain"] = NEVER
    if leg["rule"] != "without_waiting":
        leg["queue_wait"] = since(leg["begin"], leg["first_call"])
        leg["response"] = since(leg["first_call"], leg["started"])
        leg["wait"] = since(leg["begin"], leg["started"])
        if leg["state"] in LEFT:
            leg["in_vain"] = since(leg["begin"], leg["end"])
        if leg["state"] in ("waiting", "called", "parked"):
            leg["in_vain"] = since(leg["begin"], now)
    leg["wrap_up"] = leg["service_time"] = NEVER
    if leg["served"]:
        followed_by = [each for each in wrap_ups if each["after"] is leg["stays"][-1] and each["end"] != NEVER]
        if followed_by:
            leg["wrap_up"] = sum(each["end"] - each["begin"] for each in followed_by)
        if leg["outcome"] != "day_closed":
            leg["service_time"] = since(leg["started"], leg["end"]) + (leg["wrap_up"] if followed_by else 0)


def leg_row(leg: Thing, place: int, ticket: Thing) -> Thing:
    shown = leg["served"] or leg["state"] in ("called", "serving", "no_show")
    return {
        "visit": place,
        "sequence": leg["sequence"],
        "service_id": leg["service"],
        "counter_id": leg["counter"] if shown else 0,
        "user_id": leg["user"] if shown else 0,
        "priority": ticket["priority"],
        "channel": ticket["channel"],
        "outcome": leg["outcome"],
        "end": leg["state"],
        "served": leg["served"],
        "enqueued": leg["enqueued"],
        "queue_wait": leg["queue_wait"],
        "response": leg["response"],
        "wait": leg["wait"],
        "waited_in_vain": leg["in_vain"],
        "service_time": leg["service_time"],
        "wrap_up": leg["wrap_up"],
        "calls": leg["calls"],
        "returns": leg["returns"],
    }


def visit_row(ticket: Thing, now: int) -> Thing:
    legs = ticket["legs"]
    served = [leg for leg in legs if leg["served"]]
    outcomes = [leg["outcome"] for leg in legs if leg["outcome"] not in ("", "day_closed")]
    waits = waits_of_visit(legs)
    known = [wait for wait in waits if wait != NEVER]
    later = [wait for wait in waits[1:] if wait != NEVER]
    expected = NEVER
    if ticket["promised_from"] != NEVER:
        # What is promised begins at 0.7 of what is expected.
        expected = round(ticket["promised_from"] / 0.7)
    return {
        "service_id": legs[0]["service"],
        "counter_id": served[0]["counter"] if served else 0,
        "user_id": served[0]["user"] if served else 0,
        "priority": ticket["priority"],
        "channel": ticket["channel"],
        "outcome": outcomes[-1] if outcomes else "",
        "end": legs[-1]["state"],
        "served": bool(served),
        "issued": ticket["issued"],
        "first_served": served[0]["end"] if served else NEVER,
        "ended": legs[-1]["end"],
        "wait": waits[0] if waits else NEVER,
        "waited_in_vain": NEVER if served else vain_wait_of_visit(legs, now),
        "total_wait": sum(known) if known else NEVER,
        "transfer_wait": sum(later) if later else NEVER,
        "total_time": since(ticket["issued"], legs[-1]["end"]),
        "legs_served": len(served),
        "transfers": len([leg for leg in legs if leg["state"] == "transferred"]),
        "called": any(leg["calls"] > 0 for leg in legs),
        "promised_from": ticket["promised_from"],
        "promised_to": ticket["promised_to"],
        "expected": expected,
    }


def waits_of_visit(legs: Sequence[Thing]) -> list[int]:
    """Return the wait for each service that began: in all the queues together in which the visitor waited for it."""
    waits = []
    queues: list[Thing] = []
    for leg in legs:
        queues.append(leg)
        if leg["started"] != NEVER:
            without_waiting = leg["rule"] == "without_waiting"
            waits.append(NEVER if without_waiting else since(queues[0]["begin"], leg["started"]))
            queues = []
    return waits


def vain_wait_of_visit(legs: Sequence[Thing], now: int) -> int:
    """Return how long somebody waited, in all queues, whom nobody has served."""
    if legs[-1]["state"] in LEFT:
        return since(legs[0]["begin"], legs[-1]["end"])
    return since(legs[0]["begin"], now) if legs[-1]["state"] in ("waiting", "called", "parked") else NEVER


# --- time of the clerks ----------------------------------------------------------------------------------------------


def staff_rows(
    sessions: Sequence[Thing],
    legs: Sequence[Thing],
    wrap_ups: Sequence[Thing],
    services_of: ServicesOf,
    now: int,
) -> list[Thing]:
    rows: dict[tuple[int, int, int], Thing] = {}
    stays = [stay for leg in legs for stay in leg["stays"]]
    waits = [{**wait, "service": leg["service"]} for leg in legs for wait in leg["waits"]]
    for session in sessions:
        end = now if session["end"] == NEVER else session["end"]
        moments = changes_between(session["begin"], end, [*session["pauses"], *stays, *wrap_ups, *waits], session)
        for begin, until in pairwise(moments):
            row = row_of(rows, session, begin)
            row["opened"] += until - begin
            if any(covers(pause, begin) for pause in session["pauses"]):
                row["paused"] += until - begin
            elif any(each["counter"] == session["counter"] and covers(each, begin) for each in [*stays, *wrap_ups]):
                row["busy"] += until - begin
            elif any(covers(wait, begin) and may_take(session, wait, begin, services_of) for wait in waits):
                row["idle_waiting"] += until - begin
    return [rows[key] for key in sorted(rows)]


def changes_between(begin: int, end: int, things: Sequence[Thing], session: Thing) -> list[int]:
    """Return the moments from `begin` to `end` at which something begins or ends, and all quarters of an hour, in order."""
    moments = {begin, end}
    moments.update(moment for thing in things for moment in (thing["begin"], thing["end"]))
    moments.update(moment for moment, _ in session["profiles"])
    quarter = begin // QUARTER * QUARTER
    while quarter < end:
        moments.add(quarter)
        quarter += QUARTER
    return sorted(moment for moment in moments if begin <= moment <= end)


def row_of(rows: dict[tuple[int, int, int], Thing], session: Thing, moment: int) -> Thing:
    """Return the row of the quarter of an hour in which `moment` lies; a new one where there is none yet."""
    key = (session["counter"], session["user"], moment // QUARTER * QUARTER)
    if key not in rows:
        rows[key] = {"counter_id": key[0], "user_id": key[1], "begin": key[2]}
        rows[key].update({"opened": 0, "paused": 0, "busy": 0, "idle_waiting": 0})
    return rows[key]


def covers(thing: Thing, moment: int) -> bool:
    return bool(thing["begin"] <= moment and (thing["end"] == NEVER or moment < thing["end"]))


def may_take(session: Thing, wait: Thing, moment: int, services_of: ServicesOf) -> bool:
    """Say whether the clerk of a session may call somebody who waits, by the work profile that holds at `moment`."""
    profile = [profile_id for changed_at, profile_id in session["profiles"] if changed_at <= moment][-1]
    if wait["for_counter"] not in (None, session["counter"]) or wait["for_user"] not in (None, session["user"]):
        return False
    return wait["service"] in services_of(profile)
