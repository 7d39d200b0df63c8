"""A product's description as clean text: feeds write HTML, plain text, and plain text with entities."""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr ol p section table td th tr ul".split()  # noqa: SIM905
)
_UNSEEN = frozenset(("head", "noscript", "script", "style", "svg", "template", "title"))
_INLINE = frozenset(("a", "b", "em", "font", "i", "img", "li", "small", "span", "strong", "sub", "sup", "tbody", "u"))
# Only what HTML knows is markup: "Warm <wool>" is text.
_TAGS = "|".join(sorted(_BLOCKS | _UNSEEN | _INLINE))
_LOOKS_LIKE_HTML = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class TextBlock:
    """A paragraph, or an item of a list."""

    text: str
    item: bool = False


def read_description(description: str | None) -> tuple[TextBlock, ...]:
    """The paragraphs and list items of a description, without markup; empty for one that says nothing."""
    if not description:
        return ()
    if not _LOOKS_LIKE_HTML.search(description):
        unescaped = html.unescape(description)
        if not _LOOKS_LIKE_HTML.search(unescaped):  # else the markup itself was escaped
            return _split_plain(unescaped)
        description = unescaped
    reader = _Reader()
    reader.feed(description)
    reader.close()
    return reader.finish()


def plain_description(description: str | None) -> str:
    """The same in one line, for search engines."""
    return " ".join(block.text for block in read_description(description))


def _split_plain(text: str) -> tuple[TextBlock, ...]:
    paragraphs = (_SPACES.sub(" ", part).strip() for part in re.split(r"\n\s*\n", text))
    return tuple(TextBlock(paragraph) for paragraph in paragraphs if paragraph)


class _Reader(HTMLParser):
    """Collects the text that a browser would show, block by block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[TextBlock] = []
        self._words: list[str] = []
        self._item = False
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "li":
            self._end_block()
            self._item = True
        elif tag in _BLOCKS:
            self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "li":
            self._end_block()
            self._item = False
        elif tag in _BLOCKS:
            self._end_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._words.append(data)

    def finish(self) -> tuple[TextBlock, ...]:
        """What was collected."""
        self._end_block()
        return tuple(self._blocks)

    def _end_block(self) -> None:
        text = _SPACES.sub(" ", "".join(self._words)).strip()
        self._words.clear()
        if text:
            self._blocks.append(TextBlock(text, self._item))
