"""What the form of a panel asks for: the fields that the drivers declare, in words of the page."""

from __future__ import annotations

from typing import Any

from queue_app.i18n import N_, text
from queue_app.operations.panel_kinds import COMMON, PROFILES, Field, find_drivers

KIND_NAMES = {"tcp": N_("On the network (TCP)"), "serial": N_("On a serial line")}
FIELDS = {
    "host": (N_("Address"), N_("The panel’s own, or that of the converter it hangs on.")),
    "port": (N_("Port"), ""),
    "device": (N_("Serial line"), N_("As the server calls it, such as /dev/ttyUSB0.")),
    "baud": (N_("Speed"), N_("As it is set on the panel.")),
    "number": (N_("Number of the panel"), N_("Its own address on the line, as it is set on the panel.")),
    "profile": (N_("Model"), N_("How many characters it has, and which it can show.")),
    "blink_seconds": (N_("A new call blinks for"), ""),
    "answer_milliseconds": (N_("Time to answer"), ""),
    "connect_milliseconds": (N_("Time to connect"), ""),
}
"""Name and meaning of the fields; a further one goes by what its driver says of it."""

FURTHER = frozenset({"blink_seconds", "answer_milliseconds", "connect_milliseconds"})
"""Fields that are shown on request."""

UNITS = {"s": N_("seconds"), "ms": N_("milliseconds")}
PROFILE_NAMES = {
    "digits-3": N_("3 digits"),
    "digits-4": N_("4 digits"),
    "segments-4": N_("4 digits or letters"),
    "segments-6": N_("6 digits or letters"),
    "matrix-6": N_("6 characters of dots"),
    "main-digits-4": N_("4 digits and the counter"),
    "main-segments-4": N_("4 digits or letters and the counter"),
    "main-matrix-6": N_("6 characters of dots and the counter"),
}


def panel_kinds(language: str) -> list[dict[str, Any]]:
    """Return every way to a panel with its fields, those that are shown at once and the further ones."""
    kinds = []
    for kind, driver in sorted(find_drivers().items(), key=lambda item: item[0] != "tcp"):
        fields = [_field(language, field) for field in (*driver.fields, *COMMON)]
        kinds.append(
            {
                "kind": kind,
                "name": text(language, KIND_NAMES.get(kind, driver.meaning)),
                "first": [field for field in fields if not field["further"]],
                "further": [field for field in fields if field["further"]],
            }
        )
    return kinds


def _field(language: str, field: Field) -> dict[str, Any]:
    name, meaning = FIELDS.get(field.name, (field.name.replace("_", " ").capitalize(), field.meaning))
    return {
        "name": field.name,
        "label": text(language, name),
        "meaning": text(language, meaning) if meaning else "",
        "unit": text(language, UNITS.get(field.unit, field.unit)) if field.unit else "",
        "default": "" if field.default is None else field.default,
        "required": field.default is None,
        "number": field.is_number,
        "least": field.least,
        "most": field.most,
        "choices": [(word, _choice(language, field.name, word)) for word in field.choices],
        "further": field.name in FURTHER,
    }


def _choice(language: str, field: str, word: str) -> str:
    return text(language, PROFILE_NAMES.get(word, word)) if field == "profile" and word in PROFILES else word
