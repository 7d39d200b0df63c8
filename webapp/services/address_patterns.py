"""Addresses that a page has hundreds of, and which differ in one part: ``url_for`` makes the first one of a request."""

from collections.abc import Callable, Sequence

from flask import g

ANY_PART = "0" * 64  # stands for the part that differs; no converter writes it otherwise
_PATTERNS = "address_patterns"  # of a request, kept in ``g``


def pattern_of(key: tuple[object, ...], write: Callable[[], str]) -> Sequence[str]:
    """What stands around a part of a text that holds addresses; the part joins it to the whole text.

    Args:
        key: names the text among those of a request.
        write: gives the text with ``ANY_PART``; it is called once a request.
    """
    patterns = g.get(_PATTERNS)
    if patterns is None:
        patterns = {}
        setattr(g, _PATTERNS, patterns)
    pattern: Sequence[str] | None = patterns.get(key)
    if pattern is None:
        pattern = patterns[key] = write().split(ANY_PART)
    return pattern
