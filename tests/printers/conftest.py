"""The slips that the printer tests share."""

import pytest
from printer_samples import ALPHABETS, FIVE_LANGUAGES, URL

from printers.slip import Label, Qr, Rule, Slip, Space, Text


@pytest.fixture
def brno_slip() -> Slip:
    """A slip as the branch Brno prints it."""
    return Slip(
        "cs",
        (
            Text("Městský úřad Brno-střed", bold=True),
            Rule(),
            Text("Občanské průkazy a cestovní doklady", "large"),
            Space(3),
            Text("Vaše číslo"),
            Label("A017", spoken="A sedmnáct"),
            Space(3),
            Text("Před vámi 4 lidé", bold=True),
            Text("asi 8–12 minut"),
            Qr(URL, "Sledujte své pořadí v telefonu"),
            Rule(),
            Text("úterý 4. března 2025 · 14:05", "small"),
        ),
    )


@pytest.fixture
def five_languages() -> Slip:
    """A line with letters of five languages and every alphabet beneath it."""
    lines = (FIVE_LANGUAGES, *ALPHABETS.values())
    return Slip("en", tuple(Text(line, "small", align="left") for line in lines))
