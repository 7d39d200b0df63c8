"""Decoding in processes of their own, which are ended when a photo takes too much time or memory.

Some formats can't be judged before they are decoded: AVIF, HEIF and TIFF hold whatever their compression makes of it.
A process that a decoder keeps busy, fills or crashes is ended, and the photo refused; nobody else notices.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from PIL import Image

from search import errors
from search.errors import DamagedPhotoError, PhotoError, PhotoTooLargeError
from search.photos import limits

_MODULE = "search.photos.decoder_worker"
_ROOT = Path(__file__).parents[2]


class DecoderProcesses:
    """Processes that decode one photo at a time each; as many as are needed at once, started when needed."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def open_photo(self, content: bytes, max_side: int | None, *, patient: bool) -> Image.Image:
        """As ``search.photo.open_photo``, for bytes; raises as it does. ``patient``: nobody waits for it."""
        answer, pixels = self._ask({"task": "open", "max_side": max_side}, content, patient)
        return Image.frombytes("RGB", (answer["width"], answer["height"]), pixels)

    def inspect_photo(self, content: bytes) -> dict[str, Any]:
        """The fields of ``search.photo.PhotoFacts``; raises as ``inspect_photo`` does."""
        answer, _ = self._ask({"task": "inspect"}, content, True)
        facts: dict[str, Any] = answer["facts"]
        return facts

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            _end(process)

    def _ask(self, request: dict[str, Any], content: bytes, patient: bool) -> tuple[dict[str, Any], bytes]:
        request["cpu_seconds"] = limits.CHILD_CPU_SECONDS * (limits.PATIENT_FACTOR if patient else 1)
        wall_seconds = limits.CHILD_WALL_SECONDS * (limits.PATIENT_FACTOR if patient else 1)
        answer = None
        while answer is None:
            process, is_fresh = self._take()
            answer = _exchange(process, request, content, wall_seconds, may_be_gone=not is_fresh)
        with self._lock:
            self._idle.append(process)
        described, pixels = answer
        if "error" in described:
            kind = getattr(errors, described["error"], DamagedPhotoError)
            raise (kind if issubclass(kind, PhotoError) else DamagedPhotoError)(described["message"])
        return described, pixels

    def _take(self) -> tuple[subprocess.Popen[bytes], bool]:
        """An idle process, or else a fresh one, and whether it is fresh."""
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process, False
                _end(process)
        return _start(), True


def _start() -> subprocess.Popen[bytes]:
    # Decoders need none of the shop's settings, least of all its secret.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), environment.get("PYTHONPATH"))))
    environment["MALLOC_ARENA_MAX"] = "2"  # each arena reserves address space, which is limited
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        pipesize=limits.MIB if sys.platform == "linux" else -1,
    )


def _exchange(
    process: subprocess.Popen[bytes],
    request: dict[str, Any],
    content: bytes,
    wall_seconds: float,
    *,
    may_be_gone: bool,
) -> tuple[dict[str, Any], bytes] | None:
    """What the process answers; None if it had ended for want of work just before it was asked.

    Raises:
        PhotoTooLargeError: it was ended, as the photo takes too long. DamagedPhotoError: it crashed.
    """
    assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
    assert process.stdout is not None  # noqa: S101
    alarm = threading.Timer(wall_seconds, process.kill)
    alarm.daemon = True
    alarm.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request | {"size": len(content)}).encode() + b"\n")
            process.stdin.write(content)
            process.stdin.flush()
        line = process.stdout.readline()
        if line.endswith(b"\n"):
            answer = json.loads(line)
            pixels = process.stdout.read(answer["size"])
            if len(pixels) == answer["size"]:
                return answer, pixels
    finally:
        alarm.cancel()
    _end(process)
    if may_be_gone and process.returncode == 0:
        return None
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise PhotoTooLargeError(
            f"The photo takes over {request['cpu_seconds']} seconds to decode. Send a smaller copy, or a screenshot."
        )
    raise DamagedPhotoError("The photo is damaged: its decoder gave up. Export or copy it again.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and wait until it has ended."""
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
    try:
        process.wait(1)  # its input has ended
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


DECODERS = DecoderProcesses()  # of this process
atexit.register(DECODERS.close)
if hasattr(os, "register_at_fork"):
    # A forked process must not talk to its parent's decoders.
    os.register_at_fork(after_in_child=lambda: DECODERS.__init__())  # type: ignore[misc]
