"""The texts that pages' scripts need, by the names the scripts use; plural ones as the list of gettext's forms."""

from __future__ import annotations

from queue_app.i18n import N_, forms, text

COMMON = {
    "reconnecting": N_("Reconnecting – numbers as of %(time)s"),
    "wait_unknown": N_("The wait cannot be told yet"),
    "wait_moment": N_("In a moment"),
    "wait_up_to": N_("up to %(high)d min"),
    "wait_about": N_("about %(high)d min"),
    "wait_range": N_("about %(low)d–%(high)d min"),
    "ahead_nobody": N_("Nobody is before you"),
}

PLURAL = {
    "ahead": (N_("%(number)d person is before you"), N_("%(number)d people are before you")),
}

PAGES: dict[str, dict[str, str]] = {}
"""Texts of single pages; a page asks for its own by name in its template: `{% set texts = ["kiosk"] %}`."""

PAGE_PLURALS: dict[str, dict[str, tuple[str, str]]] = {}


def page_texts(language: str, pages: list[str]) -> dict[str, str | list[str]]:
    """Return the common texts and those of `pages`, in `language`."""
    plain = dict(COMMON)
    plurals = dict(PLURAL)
    for page in pages:
        plain |= PAGES.get(page, {})
        plurals |= PAGE_PLURALS.get(page, {})
    result: dict[str, str | list[str]] = {key: text(language, message) for key, message in plain.items()}
    result |= {key: forms(language, *messages) for key, messages in plurals.items()}
    return result
