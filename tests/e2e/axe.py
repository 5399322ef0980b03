"""What axe finds on a page: violations of WCAG 2.2 AA and of its best practices."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark: the schemes are the same page in other colours."""


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return what breaks the rules: all of ``STANDARDS``, or some by name."""
    # Evaluated by the debugger: the content security policy rightly refuses a script that is put in.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async (runOnly) => (await axe.run({runOnly})).violations",
        {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS},
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]
