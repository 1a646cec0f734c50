"""What every template may say: the texts of the catalogues in its language, and those of the branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from queue_app import i18n
from queue_app.domain.branch import pick


def let_templates_speak(app: Flask) -> None:
    """Give the application's templates `_`, `ngettext` and `pick`, which speak the `language` that a template was given."""
    app.jinja_env.globals.update(
        language_names=i18n.NAMES,
        languages=i18n.LANGUAGES,
        i18n=i18n,
        _=_translate,
        ngettext=_translate_plural,
        pick=_pick,
    )


@pass_context
def _translate(context: Context, message: str, **values: Any) -> str:
    return i18n.text(context["language"], message, **values)


@pass_context
def _translate_plural(context: Context, one: str, many: str, number: int, **values: Any) -> str:
    return i18n.plural(context["language"], one, many, number, **values)


@pass_context
def _pick(context: Context, texts: Mapping[str, str]) -> str:
    setup = context.get("setup")
    fallback = setup.default_language if setup else "en"
    return pick(texts, context["language"], fallback)
