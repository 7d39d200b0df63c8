"""The process that decodes photos which can't be judged beforehand: ``python -m search.photos.decoder_worker``.

It reads requests from its input and writes answers to its output, each a line of JSON and then bytes, until its input
ends. It limits its own memory and time for each photo; whoever started it notices when it dies of that.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from select import select
from typing import Any, BinaryIO

import pillow_heif
from PIL import AvifImagePlugin

from search.errors import PhotoError, PhotoTooLargeError
from search.photo import inspect_here, open_here
from search.photos import limits

DECODER_THREADS = 2  # of AVIF and HEIF; each has a stack and a heap of its own, which count as memory


def main() -> None:
    """Answer requests until the input ends, or none came for ``CHILD_IDLE_SECONDS``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends whoever started this process, which ends this input
    AvifImagePlugin.DEFAULT_MAX_THREADS = DECODER_THREADS
    pillow_heif.options.DECODE_THREADS = DECODER_THREADS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while select([requests], [], [], limits.CHILD_IDLE_SECONDS)[0]:
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        answer(request, requests.read(request["size"]), answers)


def answer(request: dict[str, Any], content: bytes, answers: BinaryIO) -> None:
    """Decode one photo, and write what became of it."""
    pixels = b""
    _limit_memory(limits.CHILD_BYTES)
    _limit_time(request["cpu_seconds"])
    try:
        if request["task"] == "inspect":
            described: dict[str, Any] = {"facts": asdict(inspect_here(content))}
        else:
            image = open_here(content, max_side=request["max_side"])
            described, pixels = {"width": image.width, "height": image.height}, image.tobytes()
    except PhotoError as error:
        described = {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        text = f"The photo takes over {limits.CHILD_BYTES // limits.MIB} MiB of memory to decode. Send a smaller copy."
        described = {"error": PhotoTooLargeError.__name__, "message": text}
    answers.write(json.dumps(described | {"size": len(pixels)}).encode() + b"\n")
    answers.write(pixels)
    answers.flush()


def _limit_memory(further_bytes: int) -> None:
    """Let this process have so many bytes of address space more than now, where the system can limit that."""
    with contextlib.suppress(OSError, ValueError):
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (held + further_bytes, most))


def _limit_time(further_seconds: int) -> None:
    """Let the system end this process when it has computed for so many seconds more."""
    used = sum(os.times()[:2])
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + further_seconds, most))


if __name__ == "__main__":
    main()
