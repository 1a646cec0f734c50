"""The administration's pages: which there are, who may open them, and the one way in which they are shown."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request, url_for

from queue_app.access import Caller, require
from queue_app.domain.branch import BranchSetup
from queue_app.i18n import N_
from queue_app.operations.views import fresh_setup
from queue_app.web.operation import context

PAGES: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        N_("The branch"),
        (
            ("admin.overview", N_("Overview"), "manager"),
            ("admin.about", N_("The branch"), "manager"),
            ("admin.hours", N_("Opening hours"), "manager"),
            ("admin.services", N_("Services"), "manager"),
            ("admin.menu", N_("Menu of the kiosk"), "manager"),
            ("admin.counters", N_("Counters"), "manager"),
            ("admin.branding", N_("Look"), "manager"),
            ("admin.devices", N_("Devices"), "manager"),
            ("supervise.rules", N_("Rules"), "manager"),
            ("admin_config.show", N_("Configuration as a file"), "manager"),
            ("templates_page.of_branch", N_("Template"), "manager"),
        ),
    ),
    (
        N_("People and safety"),
        (
            ("people_page.show", N_("People"), "admin"),
            ("audit_page.show", N_("Audit log"), "audit"),
            ("privacy_page.show", N_("Personal data"), "admin"),
            ("programs_page.tokens", N_("Tokens"), "admin"),
            ("programs_page.webhooks", N_("Webhooks"), "admin"),
        ),
    ),
)  # fmt: skip
"""In the order of the navigation: the name of a group, and its pages as endpoint (for a branch), name, and the scope it needs."""


def admin_page(template: str, branch: str, scope: str, /, **values: Any) -> str:
    """Show a page of the administration of a branch to somebody who may see it, in their language.

    Args:
        template: extends `admin_page.html`.
        branch: slug.
        scope: what the caller needs in this branch.
        values: for the template, beside `language`, `setup`, `caller` and the navigation.

    Raises:
        QueueError: `unknown_branch`, `not_signed_in`, `not_allowed`.
    """
    return framed(template, *let_in(branch, scope), **values)


def framed(template: str, setup: BranchSetup, who: Caller, /, **values: Any) -> str:
    """Show a page of the administration as `admin_page` does, to somebody who was let in already."""
    return render_template(
        template, language=g.language, setup=setup, caller=who, navigation=navigation(setup, who), **values
    )


def let_in(branch: str, scope: str) -> tuple[BranchSetup, Caller]:
    """Return the branch as it is set up now and the caller, who has `scope` there; the page then speaks their language.

    Raises:
        QueueError: `unknown_branch`, `not_signed_in`, `not_allowed`.
    """
    setup = fresh_setup(context(), branch)
    who = require(frozenset({scope}), setup.id)
    g.language = who.language or setup.default_language
    return setup, who


def navigation(setup: BranchSetup, who: Caller) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the groups of pages that `who` may open in this branch: names to be translated, addresses, which one is open."""
    groups = (
        (
            name,
            [
                {
                    "name": words,
                    "address": url_for(endpoint, branch=setup.slug),
                    "current": endpoint == request.endpoint,
                }
                for endpoint, words, scope in pages
                if who.may(scope, setup.id)
            ],
        )
        for name, pages in PAGES
    )
    return [(name, pages) for name, pages in groups if pages]
