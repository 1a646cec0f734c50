"""Collect the texts of code and templates and bring the five catalogues up to date with them; what is translated stays."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from queue_app.i18n import FOLDER, LANGUAGES

ROOT = Path(__file__).parent.parent.parent
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
    ("**.html", "jinja2.ext:babel_extract"),
]
KEYWORDS = {
    "_": None,
    "N_": None,
    "NP_": (1, 2),
    "ngettext": (1, 2),
    "text": (2,),
    "plural": (2, 3),
    # Why something is refused.
    "problem": None,
    "wrong": (2,),
    "bad_address": None,
    "unknown_profile": None,
    "SlipError": (2,),
    "PanelError": (2,),
}
PLACES = ("queue_app", "kiosk", "display", "printers")


def collect() -> Catalog:
    """Return every text of the code with the files it stands in."""
    catalog = Catalog(project="queue", charset="utf-8", fuzzy=False)
    for place in PLACES:
        found = extract_from_dir(
            str(ROOT / place), METHODS, {"**.html": {"newstyle_gettext": "true"}}, keywords=KEYWORDS
        )  # type: ignore[arg-type]
        for file, _line, message, comments, context in found:
            if message and (isinstance(message, tuple) or message.strip()):
                catalog.add(message, None, [(f"{place}/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def catalogue_file(language: str) -> Path:
    """Return the `.po` file of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def update(language: str, template: Catalog) -> None:
    """Bring one catalogue up to date: new texts come in empty, texts that are gone go, nothing is guessed."""
    path = catalogue_file(language)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language, project="queue", charset="utf-8")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        # A text that became a plural keeps nothing: half a translation would be shown as none, and counted as one.
        if message.id and message.fuzzy:
            message.string = ("",) * catalog.num_plurals if message.pluralizable else ""
            message.flags.discard("fuzzy")
    catalog.fuzzy = False
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalog, sort_output=True, no_location=False, include_lineno=False, omit_header=False, width=110)
    lines = [line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(b'"POT-Creation-Date')]
    path.write_bytes(b"".join(lines))


if __name__ == "__main__":
    template = collect()
    for language in sys.argv[1:] or [language for language in LANGUAGES if language != "en"]:
        update(language, template)
    print(f"{len(template)} texts")
