"""How a branch looks: its colour, kept readable, and how visitors are welcomed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from queue_app.domain.colour import WHITE, contrast, darkened, is_colour, on
from queue_app.domain.reading import object_of, texts_of, wrong

TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA): what a text needs against what it stands on."""
SHAPE_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11 (AA): what a button or a mark needs against the page."""
USUAL_COLOUR = "#0b5d4e"
LONGEST_WELCOME = 200


@dataclass(frozen=True)
class Branding:
    """What makes a branch's pages its own.

    Attributes:
        accent_colour: of buttons and marks, `#0b5d4e`.
        welcome: said to visitors at the kiosk, by language.
    """

    accent_colour: str = USUAL_COLOUR
    welcome: Mapping[str, str] = field(default_factory=dict)


def check_branding(data: object) -> Branding:
    """Read how a branch looks: `{"accent_colour": "#0b5d4e", "welcome": {"cs": "Vítejte"}}`; everything may be left out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`; for a colour that is too pale, the problem names one of its hue
            that is not.
    """
    told = object_of(data, "", {"accent_colour", "welcome"})
    return Branding(
        check_accent(told.get("accent_colour", USUAL_COLOUR), "accent_colour"),
        texts_of(told.get("welcome", {}), "welcome", LONGEST_WELCOME),
    )


def check_accent(value: object, place: str) -> str:
    """Return `value` as a colour that is seen on a white page, and on which black or white text is read.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(value, str) or not is_colour(value):
        raise wrong(place, "a colour like #0b5d4e is needed")
    colour = value.lower()
    found, text = contrast(colour, WHITE), contrast(colour, on(colour))
    if found < SHAPE_CONTRAST or text < TEXT_CONTRAST:
        better = darkened(colour, SHAPE_CONTRAST)
        raise wrong(
            place,
            "too pale: its contrast with the white page is %(found)s : 1 and has to be %(least)s : 1 at least; "
            "%(better)s is dark enough",
            found=f"{found:.2f}",
            least=f"{SHAPE_CONTRAST:g}",
            better=better,
        )
    return colour
