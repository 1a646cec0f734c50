"""JSON schemas of what the API takes and gives."""

from __future__ import annotations

from typing import Any

from queue_app.domain.branch_hours import Closed

Schema = dict[str, Any]


def thing(properties: dict[str, Schema], *, optional: frozenset[str] = frozenset()) -> Schema:
    """Return the schema of an object whose properties are all there but the `optional` ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def wish(properties: dict[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a request's body: nothing but these properties, the `required` ones there."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def maybe(schema: Schema) -> Schema:
    """Return `schema` with null allowed."""
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else {"anyOf": [schema, {"type": "null"}]}


def some(schema: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT, "description": "By language."}
COUNTS: Schema = {"type": "object", "additionalProperties": WHOLE}

REQUEST_ID: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "description": "The same one again returns the first answer.",
}
FORECAST = thing({"low_seconds": maybe(WHOLE), "high_seconds": maybe(WHOLE)})
PRINT = thing(
    {
        "state": {"type": "string", "enum": ["none", "queued", "sending", "printed", "failed"]},
        "error": maybe(TEXT),
        "elsewhere": {**TEXT, "description": "Name of the printer that stands in, where the slip comes out there."},
    },
    optional=frozenset({"elsewhere"}),
)
LEG_STATE: Schema = {
    "type": "string",
    "enum": ["waiting", "called", "serving", "parked", "finished", "no_show", "cancelled", "transferred", "expired"],
}
TICKET = thing(
    {
        "id": WHOLE,
        "token": TEXT,
        "label": TEXT,
        "series": TEXT,
        "number": WHOLE,
        "service": TEXT,
        "state": LEG_STATE,
        "language": TEXT,
        "priority": TEXT,
        "business_date": DAY,
        "issued_at": MOMENT,
        "ahead": WHOLE,
        "status_url": TEXT,
        "forecast": FORECAST,
    }
)
VISITOR_TICKET = thing(
    {
        **TICKET["properties"],
        "branch": TEXT,
        "counter": maybe(TEXT),
        "called_at": maybe(MOMENT),
        "print": PRINT,
    }
)
LEG = thing(
    {
        "id": WHOLE,
        "sequence": WHOLE,
        "service": TEXT,
        "state": LEG_STATE,
        "counter": maybe(TEXT),
        "calls": WHOLE,
        "enqueued_at": MOMENT,
        "first_called_at": maybe(MOMENT),
        "last_called_at": maybe(MOMENT),
        "started_at": maybe(MOMENT),
        "ended_at": maybe(MOMENT),
    }
)
FACTS: Schema = {
    "type": "object",
    "description": "What makes the rule true; which facts there are depends on the rule.",
}
WHY: Schema = {
    "type": "string",
    "description": "The rule as a sentence in the caller's language; empty where none is known.",
}
SERVED = thing({"ticket": TICKET, "leg": LEG, "rule": maybe(TEXT), "facts": FACTS, "why": WHY})
FINISHED = {
    **thing({**SERVED["properties"], "next": maybe(SERVED)}),
    "description": "`next` is who was called by itself, where the branch wants that and somebody waited.",
}
TAKEN = thing({"ticket": TICKET, "print": PRINT})
CLOSED_REASON: Schema = {
    "type": ["string", "null"],
    "enum": [*(str(reason) for reason in Closed), None],
    "description": "Why there is no number: `hours`, `break`, `holiday`, `exception`, `season`, `weekday`, `intake` (stopped by "
    "hand), `quota`, `numbers` (the range is used up), `instead`, `too_late`.",
}
SERVICE = thing(
    {
        "id": TEXT,
        "letter": TEXT,
        "name": TEXTS,
        "state": {"type": "string", "enum": ["open", "closed", "quota_reached"]},
        "reason": CLOSED_REASON,
        "reason_name": TEXTS,
        "opens_at": maybe(MOMENT),
        "closes_at": maybe(MOMENT),
        "waiting": WHOLE,
        "forecast": FORECAST,
        "target_wait_seconds": WHOLE,
        "bring": TEXTS,
        "conditions": TEXTS,
        "instead": {**TEXTS, "description": "What is said in place of a number; such a service never gives one."},
    }
)
SPECIAL_DAYS = thing(
    {
        "from": DAY,
        "to": DAY,
        "kind": {"type": "string", "enum": ["holiday", "exception"]},
        "hours": some(some(TEXT)),
        "name": TEXTS,
    }
)
MENU = {
    **some({"type": "object"}),
    "description": "`{service}`, or a group `{name, items}` with the same in its `items`; each service stands there once.",
}
PAPER = {
    **thing(
        {"status": TEXT, "can_print": YES_NO, "printer": maybe(WHOLE), "kind": maybe(TEXT), "instead": maybe(TEXT)}
    ),
    "description": "Whether a slip would come out for the caller now; the status is a printer's, or `none`, or `paused`; "
    "`instead` is the name of the printer that stands in, where the slip would come out there.",
}
BRANCH = thing(
    {
        "slug": TEXT,
        "name": TEXTS,
        "time_zone": TEXT,
        "languages": some(TEXT),
        "open": YES_NO,
        "reason": CLOSED_REASON,
        "reason_name": {
            **TEXTS,
            "description": "What the day is called that closes it: a holiday's or exception's name.",
        },
        "opens_at": maybe(MOMENT),
        "closes_at": maybe(MOMENT),
        "opening_hours": maybe({"type": "object"}),
        "today": {**some(some(TEXT)), "description": "Today's hours, with holidays and exceptions."},
        "special_days": some(SPECIAL_DAYS),
        "target_wait_seconds": WHOLE,
        "notice": TEXTS,
        "other_channels": TEXTS,
        "server_time": MOMENT,
        "paper": PAPER,
        "services": some(SERVICE),
        "menu": MENU,
    }
)
CALL = thing(
    {
        "call_id": WHOLE,
        "label": TEXT,
        "service": TEXT,
        "language": {**TEXT, "description": "In which the ticket was taken, one of the branch's."},
        "counter": TEXT,
        "called_at": MOMENT,
        "state": LEG_STATE,
    }
)
EVENT: Schema = {
    "type": "object",
    "properties": {"branch": TEXT, "revision": WHOLE, "kind": TEXT, "at": MOMENT},
    "required": ["branch", "revision", "kind", "at"],
}
BOARD: Schema = {
    "oneOf": [
        thing(
            {
                "branch": TEXT,
                "revision": WHOLE,
                "server_time": MOMENT,
                "calls": some(CALL),
                "waiting": COUNTS,
                "counters": some(thing({"counter": TEXT, "state": TEXT})),
                "notice": TEXTS,
            }
        ),
        {**thing({"revision": WHOLE, "events": some(EVENT)}), "additionalProperties": False},
    ]
}
CURRENT = thing(
    {
        "id": WHOLE,
        "label": TEXT,
        "service": TEXT,
        "state": LEG_STATE,
        "language": TEXT,
        "priority": TEXT,
        "rule": maybe(TEXT),
        "calls": WHOLE,
        "enqueued_at": MOMENT,
        "issued_at": MOMENT,
        "called_at": maybe(MOMENT),
        "started_at": maybe(MOMENT),
        "target_wait_seconds": WHOLE,
        "expected_service_seconds": maybe(WHOLE),
        "reserved_counter": maybe(TEXT),
        "reserved_person": maybe(TEXT),
        "not_before": maybe(MOMENT),
        "wanted_language": maybe(TEXT),
        "booked_for": maybe(MOMENT),
    }
)
CONTACT = {
    **thing(
        {"name": maybe({"type": "string"}), "phone": maybe({"type": "string"})}, optional=frozenset({"name", "phone"})
    ),
    "additionalProperties": False,
    "description": "What the visitor left. Shown to the desk that has the ticket, and to those who supervise.",
}
NOTE = thing({"at": MOMENT, "author": TEXT, "text": TEXT})
AT_HAND = thing(
    {
        **CURRENT["properties"],
        "why": WHY,
        "facts": FACTS,
        "outcomes": some(thing({"code": TEXT, "name": TEXT})),
        "notes": some(NOTE),
        "contact": maybe(CONTACT),
        "next_services": some(TEXT),
    }
)
COUNTER_STATES: Schema = {"type": "string", "enum": ["open", "paused", "wrap_up", "closed"]}
COUNTER = thing(
    {
        "id": WHOLE,
        "name": TEXT,
        "state": COUNTER_STATES,
        "clerk": maybe(TEXT),
        "opened_at": maybe(MOMENT),
        "wrap_up_until": maybe(MOMENT),
        "profile": maybe(TEXT),
        "services": some(TEXT),
        "ticket": maybe(CURRENT),
    }
)
COUNTER_STATE = thing(
    {"id": WHOLE, "name": TEXT, "state": COUNTER_STATES, "clerk": maybe(TEXT), "opened_at": maybe(MOMENT)}
)
DELIVERY = {
    **thing({"call_id": WHOLE, "shown": WHOLE, "spoken": WHOLE, "screens": WHOLE, "speakers": WHOLE}),
    "description": "How many screens have shown and spoken a call, of how many that listen now, show and speak such calls.",
}
SCREEN_TROUBLES = {
    **some(thing({"name": TEXT, "health": TEXT, "since": maybe(MOMENT)})),
    "description": "Paired screens on which a call may be missed, while the branch is open.",
}
DESK_RULES_PARTS: dict[str, Schema] = {
    "no_show_calls": {"type": "integer", "minimum": 1, "maximum": 20},
    "no_show_seconds": {"type": "integer", "minimum": 0, "maximum": 3600},
    "most_recalls": {"type": ["integer", "null"], "minimum": 1, "maximum": 20},
    "wrap_up_seconds": {"type": "integer", "minimum": 0, "maximum": 3600},
    "auto_call": YES_NO,
    "outcome_required": YES_NO,
}
DESK_RULES = thing(DESK_RULES_PARTS)
DESK = thing(
    {
        "counter": thing({**COUNTER["properties"], "ticket": maybe(AT_HAND)}),
        "waiting": some(CURRENT),
        "parked": some(CURRENT),
        "waiting_elsewhere": WHOLE,
        "delivery": maybe(DELIVERY),
        "screen_troubles": SCREEN_TROUBLES,
        "day_ends_at": maybe({**MOMENT, "description": "When the day ends by itself, a quarter of an hour before."}),
        "undo": maybe(thing({"kind": TEXT, "label": TEXT, "seconds_left": WHOLE})),
        "rules": DESK_RULES,
        "classes": some(TEXT),
        "profiles": some(TEXT),
        "profile": maybe(TEXT),
        "people": some(thing({"id": WHOLE, "name": TEXT})),
        "messages": some(thing({"revision": WHOLE, "at": MOMENT, "text": TEXT, "by": TEXT})),
        "revision": WHOLE,
        "server_time": MOMENT,
    }
)
QUEUE_COUNTER = thing(
    {
        "id": WHOLE,
        "name": TEXT,
        "state": COUNTER_STATES,
        "clerk": maybe(TEXT),
        "since": maybe(MOMENT),
        "profile": maybe(TEXT),
        "ticket": maybe(
            thing({"id": WHOLE, "label": TEXT, "service": TEXT, "state": LEG_STATE, "since": maybe(MOMENT)})
        ),
        "waiting": {**WHOLE, "description": "How many it could call now."},
    }
)
QUEUE_SERVICE = thing(
    {
        "id": TEXT,
        "name": TEXTS,
        "letter": TEXT,
        "waiting": WHOLE,
        "longest_seconds": WHOLE,
        "target_seconds": WHOLE,
        "over_target": {**WHOLE, "description": "How many have waited longer than the target."},
        "intake_open": YES_NO,
        "open": {**YES_NO, "description": "By its opening hours."},
        "counters": {**WHOLE, "description": "How many open counters take it."},
    }
)
ALARMS = {
    **some(thing({"watches": TEXT, "limit": WHOLE, "value": {"type": ["number", "null"]}, "since": MOMENT})),
    "description": "Thresholds of the branch that have been crossed for long enough.",
}
QUEUE_LEG = thing(
    {
        "id": WHOLE,
        "label": TEXT,
        "service": TEXT,
        "priority": TEXT,
        "language": TEXT,
        "wanted_language": maybe(TEXT),
        "wait_seconds": WHOLE,
        "target_seconds": WHOLE,
        "over": YES_NO,
        "position_hint": {"type": ["string", "null"], "enum": ["first", None]},
        "reserved": maybe(thing({"counter": TEXT, "person": TEXT}, optional=frozenset({"counter", "person"}))),
        "not_before": maybe(MOMENT),
        "booked_for": maybe(MOMENT),
        "notes": {**WHOLE, "description": "How many there are."},
    }
)
QUEUE = thing(
    {
        "revision": WHOLE,
        "server_time": MOMENT,
        "counters": some(QUEUE_COUNTER),
        "services": some(QUEUE_SERVICE),
        "waiting": some(QUEUE_LEG),
        "classes": some(TEXT),
        "unserved": {**some(TEXT), "description": "Services for which people wait and no counter is open."},
        "screen_troubles": SCREEN_TROUBLES,
        "alarms": ALARMS,
    }
)
MINUTES: Schema = {"type": "integer", "minimum": 0, "maximum": 1440}
LIMIT: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": 1440}
RULES_PARTS: dict[str, Schema] = {
    "classes": {
        "type": "array",
        "description": "Classes of visitors, the most important first: objects with `name`, `handling` (strict, at_least, "
        "at_most, head_start), `every` (for the shares) and `minutes` (for the head start).",
    },
    "longest_wait_minutes": LIMIT,
    "late_minutes": MINUTES,
    "language_hold_minutes": MINUTES,
    "own_language_first": YES_NO,
    "reserved_first": YES_NO,
}
RULES = thing(RULES_PARTS)
PROFILE_PARTS: dict[str, Schema] = {
    "manner": {"type": "string", "enum": ["first_come", "service_order", "weighted_share", "target_ratio"]},
    "services": {
        "type": "array",
        "description": "In their order: slugs, or objects with `service`, `weight`, `target_minutes`, "
        "`longest_wait_minutes`.",
    },
}
PROFILE = thing({"name": TEXT, **PROFILE_PARTS})
OUTCOMES: Schema = {
    "type": "array",
    "description": "Objects with `code` and `name` (by language).",
}
CLOSED_DAY = thing({"business_date": DAY, "expired": WHOLE, "counters_closed": WHOLE})
ERROR = thing(
    {"error": thing({"code": TEXT, "message": TEXT, "details": {"type": "object"}})},
)
