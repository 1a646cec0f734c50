"""What axe-core finds in a page as it stands: the rules of WCAG 2.2 A and AA, and those it calls good practice."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FROM_AFAR = ["color-contrast-enhanced"]
"""Contrast of 7:1, for what is read from a distance."""

RUN = """async ([tags, more]) => {
    const rules = Object.fromEntries(more.map((name) => [name, { enabled: true }]));
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html, failureSummary }) => [html, failureSummary]) }));
}"""


class Axe:
    """Looks at pages, and remembers what it found until `verdict`, so that one run names everything."""

    def __init__(self) -> None:
        """Begin with nothing found and nothing looked at."""
        self.looked = 0
        self.found: list[str] = []

    def look(self, page: Page, state: str, more: list[str] | None = None) -> None:
        """Look at the page in its `state`, by the usual rules and those named in `more`."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        self.looked += 1
        for rule in page.evaluate(RUN, [TAGS, more or []]):
            self.found += [self._words(state, rule, *node) for node in rule["at"]]

    @staticmethod
    def _words(state: str, rule: dict[str, Any], html: str, summary: str) -> str:
        return f"{state}: {rule['id']} ({rule['help']})\n    {html}\n    {summary}"

    def verdict(self) -> str:
        """Return everything that was found, for people to read; nothing when all is well."""
        return "\n".join(self.found)
