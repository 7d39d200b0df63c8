"""A process that decodes what can't be judged beforehand, and is ended when it takes too much."""

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.errors import DamagedPhotoError, PhotoTooLargeError, PhotoTooSmallError
from search.photo import inspect_here, inspect_photo, open_here, open_photo
from search.photos import decoder_process, limits
from search.photos.decoder_process import DecoderProcesses
from tests.search.photos import bombs


@pytest.fixture
def decoders() -> Iterator[DecoderProcesses]:
    made = DecoderProcesses()
    yield made
    made.close()


def picture(codec: str, side: int = 300) -> bytes:
    gradient = np.linspace(0, 255, side * side * 3).reshape(side, side, 3).astype(np.uint8)
    return bombs.encode(Image.fromarray(gradient), codec)


@pytest.mark.parametrize("codec", ["TIFF", "AVIF", "HEIF"])
def test_the_pixels_are_the_same_as_without_it(codec: str) -> None:
    content = picture(codec)
    assert open_photo(content, max_side=100).tobytes() == open_here(content, max_side=100).tobytes()
    assert inspect_photo(content) == inspect_here(content)


def test_refusals_arrive_as_they_were_meant() -> None:
    with pytest.raises(PhotoTooSmallError, match="15x40"):
        open_photo(bombs.encode(Image.new("RGB", (15, 40)), "TIFF"))
    with pytest.raises(DamagedPhotoError, match="damaged"):
        open_photo(picture("AVIF")[:-200])


def test_one_process_serves_one_photo_after_the_other(decoders: DecoderProcesses) -> None:
    for _ in range(5):
        decoders.open_photo(picture("TIFF"), 64, patient=False)
    assert len(decoders._idle) == 1


def test_photos_at_once_get_a_process_each(decoders: DecoderProcesses) -> None:
    sides = (200, 260, 320, 380)
    with ThreadPoolExecutor(4) as pool:
        opened = pool.map(lambda side: decoders.open_photo(picture("TIFF", side), None, patient=False), sides)
        assert [image.width for image in opened] == list(sides)
    assert 1 <= len(decoders._idle) <= 4


def test_a_photo_that_takes_too_much_time_is_refused(
    decoders: DecoderProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder of run-length encoded BMP is slow; the next photo gets a new process."""
    monkeypatch.setattr(limits, "CHILD_CPU_SECONDS", 0)
    slow = bombs.bmp_of_moves(7000, 4_000_000)
    started = time.process_time()
    with pytest.raises(PhotoTooLargeError, match="seconds to decode"):
        decoders.open_photo(slow, 64, patient=False)
    assert time.process_time() - started < 1
    assert decoders.open_photo(picture("TIFF"), 64, patient=False).size == (64, 64)


def test_a_process_that_stands_still_is_ended(decoders: DecoderProcesses, monkeypatch: pytest.MonkeyPatch) -> None:
    decoders.open_photo(picture("TIFF"), 64, patient=False)
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.3)
    os.kill(decoders._idle[0].pid, signal.SIGSTOP)
    with pytest.raises(PhotoTooLargeError, match="seconds"):
        decoders.open_photo(picture("TIFF"), 64, patient=False)


def test_a_process_that_ended_meanwhile_is_replaced(decoders: DecoderProcesses) -> None:
    """One that had nothing to do for a while ends, perhaps in the instant in which it is asked."""
    decoders.open_photo(picture("TIFF"), 64, patient=False)
    process = decoders._idle[0]
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)
    process.stdin = io.BytesIO()
    assert decoders.open_photo(picture("TIFF"), 64, patient=False).size == (64, 64)


def test_a_decoder_that_crashes_takes_nobody_with_it(decoders: DecoderProcesses) -> None:
    decoders.open_photo(picture("TIFF"), 64, patient=False)
    pid = decoders._idle[0].pid
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (pid, signal.SIGSEGV)).start()
    threading.Timer(0.4, os.kill, (pid, signal.SIGCONT)).start()
    with pytest.raises(DamagedPhotoError, match="gave up"):
        decoders.open_photo(picture("TIFF"), 64, patient=False)


def test_a_decoder_does_not_know_the_shops_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINA_SECRET_KEY", "s" * 40)
    process = decoder_process._start()
    try:
        environment = Path(f"/proc/{process.pid}/environ")
        if not environment.exists():
            pytest.skip("only Linux shows the environment of a process")
        assert b"VITRINA" not in environment.read_bytes()
    finally:
        decoder_process._end(process)
