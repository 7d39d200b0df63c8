"""The page of a report as a browser reads it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """What a page links to, its ids, and the thumbnails it asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.cells: list[str] = []
        self.open: list[str] = []
        self.html = html
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]
        self.ids += [value for value in (found.get("id"),) if value]
        self.cells += [value for value in (found.get("data-cell"),) if value]
        if tag not in ("meta", "img", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG's empty elements."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @property
    def store(self) -> dict:
        found = re.search(r'<script type="application/json" id="store">(.*?)</script>', self.html, re.DOTALL)
        assert found
        return json.loads(found.group(1))


def read_page(directory: Path) -> Page:
    return Page((directory / "index.html").read_text(encoding="utf-8"))


def find_texts(html: str) -> list[str]:
    """What people read on a page, between its tags."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", html.split("<body>")[1], flags=re.DOTALL)
    return [text for text in (part.strip() for part in re.split(r"<[^>]*>", body)) if text]
