"""Reads the JSON object that a program sends."""

import json
from typing import Any

from flask import request

from webapp.errors import BadParameterError


def parse_json(content: bytes | str) -> Any:
    """A value of JSON as RFC 8259 has it, with or without a mark of byte order; RecursionError where it is too deep.

    Raises:
        ValueError: it is none, is in no encoding of Unicode, or holds NaN or Infinity, which no JSON may.
    """
    return json.loads(content, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def read_object() -> dict[str, Any]:
    """The object in the request's body; raises BadParameterError where the body holds something else."""
    try:
        sent = parse_json(request.get_data(as_text=False))
    except (ValueError, RecursionError):
        raise BadParameterError("The body is no JSON; a JSON object is needed.") from None
    if not isinstance(sent, dict):
        raise BadParameterError("The body must be a JSON object.")
    return sent


def read_texts(sent: dict[str, Any], name: str, most: int) -> list[str]:
    """A field with 1 to ``most`` texts, each kept once; raises BadParameterError."""
    texts = sent.get(name)
    if not isinstance(texts, list) or not 1 <= len(texts) <= most or not all(_is_text(text) for text in texts):
        raise BadParameterError(f"{name} must be a list of 1 to {most} texts.")
    return list(dict.fromkeys(texts))


def _is_text(value: object) -> bool:
    """Whether a value is a text that databases take: not half a character, which JSON can spell, and no null."""
    if not isinstance(value, str) or not value or "\x00" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
