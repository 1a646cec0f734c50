"""Draws the slips of the documentation anew: `python -m docs.slip_pictures`.

A narrow and a wide roll as a thermal printer prints them, and a cut sheet as an office printer does, in five
languages each: the pictures are drawn from the very bytes that would be sent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image

from printers.profiles import get_profile
from printers.rendering import Form, preview
from printers.slip import Slip
from queue_app.i18n import LANGUAGES
from queue_app.operations.demo import BRANCH_NAME, SERVICES
from queue_app.operations.slips import SlipFacts, set_slip

FOLDER = Path(__file__).with_name("pictures") / "slips"

# Name of the paper → form, profile, paper.
PAPERS: dict[str, tuple[Form, str, str]] = {
    "58mm": ("escpos", "generic-58", "roll58"),
    "80mm": ("escpos", "generic-80", "roll80"),
    "a6": ("pdf", "generic-80", "a6"),
}
GAP = 24
DESK = 208  # The grey on which the papers lie side by side.


def slip(language: str) -> Slip:
    """Set the slip of a visitor who speaks that language, as the product does."""
    service = next(service for service in SERVICES if service[0] == "id-cards")
    return set_slip(
        SlipFacts(
            language=language,
            fallback="cs",
            branch_name=BRANCH_NAME,
            service_name=service[2],
            bring=service[3],
            service_text={},
            notice={},
            label="A069",
            issued_at=datetime(2026, 3, 4, 9, 12, tzinfo=UTC),
            zone=ZoneInfo("Europe/Prague"),
            ahead=4,
            forecast=(480, 720),
            url="https://fronta.example/t/w2Xy7Qp0LmZr4Kd1w2Xy7Q",
        )
    )


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Return the pictures beside each other, to be looked at together."""
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("L", (width, max(picture.height for picture in pictures) + 2 * GAP), DESK)
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    return sheet


def main() -> None:
    """Write one picture for each paper and language, and one sheet for each paper."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (form, profile, paper) in PAPERS.items():
        pictures = []
        for language in LANGUAGES:
            data = preview(slip(language), form, get_profile(profile), paper)
            (FOLDER / f"{name}-{language}.png").write_bytes(data)
            pictures.append(Image.open(BytesIO(data)).convert("L"))
        side_by_side(pictures).save(FOLDER / f"{name}.png", optimize=True)
        print(f"docs/pictures/slips/{name}-*.png")


if __name__ == "__main__":
    main()
