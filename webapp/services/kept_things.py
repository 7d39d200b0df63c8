"""The things that were found in a kept photo, in a file beside it."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from search.files import written_aside
from search.model.things import Thing

SUFFIX = ".things"


def read_things(path: Path, model: str) -> tuple[Thing, ...] | None:
    """What ``write_things`` wrote; None if there is nothing, another model found it, or it can't be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["model"] != model:
            return None
        return tuple(_read(fields) for fields in content["things"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write_things(path: Path, model: str, things: Sequence[Thing]) -> None:
    """Keep what a model found; raises OSError if it can't be written."""
    content = {"model": model, "things": [[thing.kind, *thing.box, thing.confidence] for thing in things]}
    with written_aside(path) as partial:
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(content), encoding="utf-8")


def _read(fields: list[object]) -> Thing:
    kind, *numbers = fields
    left, top, width, height, confidence = (float(number) for number in numbers)  # type: ignore[arg-type]
    if not isinstance(kind, str) or not all(map(math.isfinite, (left, top, width, height, confidence))):
        raise ValueError("no thing")
    return Thing(kind, (left, top, width, height), confidence)
