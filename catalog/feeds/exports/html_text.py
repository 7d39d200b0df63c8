"""Descriptions as plain text: HTML without its tags, with its lines kept apart."""

import re
from functools import lru_cache

import lxml.html
from lxml import etree
from lxml.html import defs

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
    }
    | {"h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul", "td", "th"}
)
_ELEMENTS = (  # with those that lxml's list is too old for
    defs.tags
    | {"bdi", "data", "details", "dialog", "hgroup", "main", "mark", "menu", "meter", "picture"}
    | {"rp", "rt", "ruby", "search", "slot", "summary", "template", "wbr"}
)
_UNSEEN = frozenset({"script", "style", "iframe", "noscript", "template", "svg", "head"})
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_TAG = re.compile(r"<(?=/?([a-zA-Z][\w:-]*)([^<]*>)?)")  # its name, and that it ends
_IN_NAME = re.compile(
    r"</?(?:a|b|i|u|s|p|em|strong|br|span|small|su[bp]|font|div|h[1-6]|li|ul)(?:\s[^<>]*)?/?>|&(?:#\d+|#x[0-9a-f]+|\w+);",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@lru_cache(16)  # the offers of a product have one description
def html_to_text(html: str) -> str:
    """The words of a piece of HTML, each block on a line of its own; a text without markup as it is.

    What stands in angle brackets and is no element of HTML is a part of the text: "Warm <wool>".
    """
    if not _MARKUP.search(_TAG.sub(_keep_or_drop, html)):
        return html.strip()
    html = _TAG.sub(_keep_or_escape, html.replace("\0", ""))
    try:
        root = lxml.html.document_fromstring(f"<div>{html}</div>")
    except (etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _gather(root, pieces)
    return _LINES.sub("\n", _SPACES.sub(" ", "".join(pieces))).strip()


def plain_name(text: str) -> str:
    """A name or a title without the tags and entities that some exports leave in it: "Pots &amp; Pans"."""
    if ("&" in text or "<" in text) and _IN_NAME.search(text):
        return html_to_text(text).replace("\n", " ")
    return text


def _is_element(name: str) -> bool:
    """Whether HTML, a program's own elements or those of office programs (``o:p``) have that name."""
    return ":" in name or "-" in name or name.lower() in _ELEMENTS


def _keep_or_drop(tag: re.Match[str]) -> str:
    return tag[0] if tag[2] and _is_element(tag[1]) else ""


def _keep_or_escape(tag: re.Match[str]) -> str:
    return tag[0] if tag[2] and _is_element(tag[1]) else "&lt;"


def _gather(element: etree._Element, pieces: list[str]) -> None:
    """Append an element's texts; iterative, as a description may nest its tags deeply."""
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in ("comment", "pi"):
            pieces.append(node.tail or "")
            continue
        block = node.tag in _BLOCKS
        if event == "start":
            if node.tag in _UNSEEN:
                walk.skip_subtree()
            else:
                pieces.append(("\n" if block else "") + _one_line(node.text, node.tag))
        else:
            pieces.append(("\n" if block else "") + _one_line(node.tail, node.tag))


def _one_line(text: str | None, tag: str) -> str:
    return "" if not text else text if tag == "pre" else text.replace("\n", " ")
