"""Whether a visitor asks not to be tracked; then nothing that he or she does is stored."""

from flask import request


def asks_not_to_be_tracked() -> bool:
    """Whether the browser sends Do Not Track, or its successor, Global Privacy Control."""
    return request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"
