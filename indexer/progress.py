"""How far a job is, told to whoever listens: the stages that it names, and the bars that it shows anyway."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

EVERY_SECONDS = 0.5  # between two words about the same stage

Listener = Callable[[str, int, int | None], None]  # the stage, how much of it is done, how much there is

_watch: "_Watch | None" = None


class _Watch:
    """Passes on what it hears, not too often."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._named: str | None = None
        self._told = ""
        self._next = 0.0

    def enter(self, stage: str | None) -> None:
        self._named = stage
        if stage is not None:
            self._tell(stage, 0, None)

    def hear(self, bar: "tqdm[Any]") -> None:
        total = None if bar.total is None else int(bar.total)
        stage = self._named or (bar.desc or "").removesuffix(": ")
        self._tell(stage, int(bar.n), total, at_once=bar.n == total)

    def _tell(self, stage: str, done: int, total: int | None, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if stage != self._told or at_once or now >= self._next:
            self._told, self._next = stage, now + EVERY_SECONDS
            self._listener(stage, done, total)


@contextmanager
def in_stage(name: str) -> Iterator[None]:
    """Say what is being done inside the block; bars in it count as its own."""
    if _watch is not None:
        _watch.enter(name)
    try:
        yield
    finally:
        if _watch is not None:
            _watch.enter(None)


@contextmanager
def watched_by(listener: Listener) -> Iterator[None]:
    """Tell a listener of every stage and bar of this process instead of drawing bars; not twice at once."""
    global _watch
    _watch = watch = _Watch(listener)
    drawn = tqdm.display

    def display(bar: "tqdm[Any]", *_: object, **__: object) -> None:
        watch.hear(bar)

    # On the class: whoever shows a bar needn't know that it is watched.
    setattr(tqdm, "display", display)  # noqa: B010 - mypy takes no plain assignment to a method
    try:
        yield
    finally:
        setattr(tqdm, "display", drawn)  # noqa: B010
        _watch = None
