"""What axe-core complains of on a page, in the light and in the dark theme."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
# Those of the rules above that look at colours; all others look at elements, their places and their texts.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

# Where each element stands, and what decides whether it is seen and can be scrolled.
_LAYOUT = """() => JSON.stringify([...document.querySelectorAll("*")].map((element) => {
  const {x, y, width, height} = element.getBoundingClientRect();
  const {display, visibility, overflowX, overflowY, position, zIndex} = getComputedStyle(element);
  return [x, y, width, height, display, visibility, overflowX, overflowY, position, zIndex];
}))"""


def list_violations(page: Page, where: str) -> list[str]:
    """A line for every element that axe complains of, in the light and in the dark theme.

    Where both themes have the same layout, the dark one is judged by the rules about colours alone.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # nothing is judged half faded in
    light, layout = _judge(page, EVERYTHING), page.evaluate(_LAYOUT)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = _judge(page, COLOURS if page.evaluate(_LAYOUT) == layout else EVERYTHING)
    return [*(f"{where}, light: {line}" for line in light), *(f"{where}, dark: {line}" for line in dark)]


def _judge(page: Page, rules: dict) -> list[str]:
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for violation in page.evaluate(f"axe.run({options}).then((results) => results.violations)")
        for node in violation["nodes"]
    ]
