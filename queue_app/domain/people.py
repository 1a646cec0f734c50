"""What is said of a person: user name, name, languages, roles; checked before anything is written."""

from __future__ import annotations

from collections.abc import Collection

from queue_app.domain.reading import wrong

ROLES = ("admin", "manager", "supervisor", "clerk", "auditor")
"""From the one with the most rights to the one with the fewest; an auditor reads, and changes nothing."""
MOST_USERNAME = 100
MOST_NAME = 100
MOST_LANGUAGES = 20


def check_username(value: object, field: str) -> str:
    """Return a user name: letters, digits and signs, without spaces.

    Raises:
        QueueError: `invalid_value`.
    """
    good = isinstance(value, str) and 1 <= len(value) <= MOST_USERNAME and value.isprintable() and " " not in value
    if not isinstance(value, str) or not good or "/" in value:
        raise wrong(
            field, "a user name of 1 to %(most)d characters is needed, without spaces and slashes", most=MOST_USERNAME
        )
    return value


def check_name(value: object, field: str) -> str:
    """Return a person's name, without spaces around it.

    Raises:
        QueueError: `invalid_value`.
    """
    name = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(name) <= MOST_NAME or not name.isprintable():
        raise wrong(field, "a name of 1 to %(most)d characters is needed", most=MOST_NAME)
    return name


def check_language(value: object, field: str, page_languages: Collection[str]) -> str:
    """Return a language of the pages.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(value, str) or value not in page_languages:
        raise wrong(field, "one of %(words)s is needed", words=", ".join(page_languages))
    return value


def check_languages(value: object, field: str) -> tuple[str, ...]:
    """Return codes of languages that somebody serves in; not only those that the pages speak.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(value, list | tuple) or len(value) > MOST_LANGUAGES:
        raise wrong(field, "a list of at most %(most)d languages is needed", most=MOST_LANGUAGES)
    for place, code in enumerate(value):
        if not isinstance(code, str) or not (
            code.isascii() and code.isalpha() and code.islower() and len(code) in {2, 3}
        ):
            raise wrong(f"{field}/{place}", "a language's code such as cs or de is needed")
    return tuple(dict.fromkeys(value))


def check_roles(value: object, field: str) -> tuple[str, ...]:
    """Return roles, in the order of `ROLES`.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each in ROLES for each in value):
        raise wrong(field, "a list of some of %(words)s is needed", words=", ".join(ROLES))
    return tuple(role for role in ROLES if role in value)
