"""JSON schemas of what the API takes and gives."""

from __future__ import annotations

from typing import Any

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
SERVED = thing({"ticket": TICKET, "leg": LEG, "rule": maybe(TEXT)})
TAKEN = thing({"ticket": TICKET, "print": PRINT})
SERVICE = thing(
    {
        "id": TEXT,
        "letter": TEXT,
        "name": TEXTS,
        "state": {"type": "string", "enum": ["open", "closed", "quota_reached"]},
        "opens_at": maybe(MOMENT),
        "closes_at": maybe(MOMENT),
        "waiting": WHOLE,
        "forecast": FORECAST,
        "target_wait_seconds": WHOLE,
        "bring": TEXTS,
    }
)
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
        "opens_at": maybe(MOMENT),
        "closes_at": maybe(MOMENT),
        "opening_hours": maybe({"type": "object"}),
        "target_wait_seconds": WHOLE,
        "notice": TEXTS,
        "other_channels": TEXTS,
        "server_time": MOMENT,
        "paper": PAPER,
        "services": some(SERVICE),
    }
)
CALL = thing({"call_id": WHOLE, "label": TEXT, "counter": TEXT, "called_at": MOMENT, "state": LEG_STATE})
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
        "not_before": maybe(MOMENT),
    }
)
COUNTER = thing(
    {
        "id": WHOLE,
        "name": TEXT,
        "state": {"type": "string", "enum": ["open", "paused", "closed"]},
        "clerk": maybe(TEXT),
        "opened_at": maybe(MOMENT),
        "services": some(TEXT),
        "ticket": maybe(CURRENT),
    }
)
COUNTER_STATE = thing({"id": WHOLE, "name": TEXT, "state": TEXT, "clerk": maybe(TEXT), "opened_at": maybe(MOMENT)})
DELIVERY = thing({"call_id": WHOLE, "shown": WHOLE, "spoken": WHOLE})
DESK = thing(
    {
        "counter": COUNTER,
        "waiting": some(CURRENT),
        "parked": some(CURRENT),
        "waiting_elsewhere": WHOLE,
        "delivery": maybe(DELIVERY),
        "screens": WHOLE,
        "revision": WHOLE,
        "server_time": MOMENT,
    }
)
CLOSED_DAY = thing({"business_date": DAY, "expired": WHOLE, "counters_closed": WHOLE})
ERROR = thing(
    {"error": thing({"code": TEXT, "message": TEXT, "details": {"type": "object"}})},
)
