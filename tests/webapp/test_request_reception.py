"""Where a request ends, however its bytes arrive."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from webapp import request_reception
from webapp.request_reception import HEAD_BYTES, HeadTooLargeError, Reception

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = b"POST /search HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"


Receive = Callable[..., Reception]


@pytest.fixture
def receive() -> Iterator[Receive]:
    """A request that came in pieces of ``step`` bytes; what is left when it is complete is not fed."""
    with ExitStack() as stack:

        def receive(data: bytes, step: int = 2**20, max_upload_bytes: int = 1000, **more: Any) -> Reception:
            reception = Reception(max_upload_bytes, max_form_bytes=100, **more)
            stack.callback(reception.close)
            for at in range(0, len(data), step):
                reception.feed(data[at : at + step])
                if reception.is_complete:
                    break
            return reception

        yield receive


def replayed(reception: Reception) -> bytes:
    parts = iter(lambda: reception.read(7), b"")
    return b"".join(parts)


@pytest.mark.parametrize("step", [1, 3, 2**20])
@pytest.mark.parametrize(
    "request_bytes",
    [
        GET,
        FORM + b"Content-Length: 12\r\n\r\nhello, world",
        FORM + b"content-length:12\r\n\r\nhello, world",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: yes\r\n\r\n",
    ],
    ids=["no body", "length", "lower case", "chunks", "trailer"],
)
def test_a_request_is_complete_with_its_last_byte(receive: Receive, request_bytes: bytes, step: int) -> None:
    assert not receive(request_bytes[:-1], step).is_complete
    reception = receive(request_bytes, step)
    assert reception.is_complete
    assert not reception.is_cut
    assert replayed(reception) == request_bytes


def test_what_comes_behind_a_request_is_the_next_one(receive: Receive) -> None:
    reception = receive(FORM + b"Content-Length: 5\r\n\r\nhello" + GET)
    assert reception.rest == GET


def test_a_body_that_is_too_long_is_handed_over_at_once(receive: Receive) -> None:
    """The app says so; the rest is nobody's."""
    declared = receive(FORM + b"Content-Length: 5000\r\n\r\n")
    assert (declared.is_complete, declared.is_cut) == (True, True)
    chunks = b"200\r\n" + b"a" * 512 + b"\r\n300\r\n" + b"a" * 600
    chunked = receive(FORM + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert (chunked.is_complete, chunked.is_cut) == (True, True)
    plain = FORM.replace(b"multipart/form-data; boundary=b", b"application/x-www-form-urlencoded")
    assert receive(plain + b"Content-Length: 101\r\n\r\n").is_cut
    assert not receive(plain + b"Content-Length: 100\r\n\r\n").is_cut


def test_a_view_may_take_a_larger_file_than_others(receive: Receive) -> None:
    """At its address and nowhere else, and no larger form without a file."""
    large = {"/studio/imports/check": 9000}
    there = FORM.replace(b"/search", b"/studio/imports/check?lang=es") + b"Content-Length: 5000\r\n\r\n"
    assert not receive(there, max_bytes_of=large).is_cut
    assert receive(there.replace(b"5000", b"9001"), max_bytes_of=large).is_cut
    assert receive(FORM + b"Content-Length: 5000\r\n\r\n", max_bytes_of=large).is_cut
    assert receive(there.replace(b"multipart/form-data", b"text/plain"), max_bytes_of=large).is_cut


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
    ],
)
def test_headers_that_contradict_themselves_wait_for_no_body(receive: Receive, framing: bytes) -> None:
    """The server answers 400 without one."""
    assert receive(FORM + framing + b"\r\n").is_complete


def test_headers_without_an_end_are_refused(receive: Receive) -> None:
    with pytest.raises(HeadTooLargeError):
        receive(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES + 1), step=1000)
    with pytest.raises(HeadTooLargeError):
        receive(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES + 1) + b"\r\n\r\n")


def test_a_sender_that_asks_first_is_told_to_go_on_once(receive: Receive) -> None:
    reception = receive(FORM + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    assert reception.wants_continue
    reception.feed(b"hello")
    assert b"Expect" not in replayed(reception)
    assert not receive(FORM + b"Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n").wants_continue


def test_a_long_body_has_longer(receive: Receive) -> None:
    """A byte a second is too slow for any; a phone at the edge of its network isn't."""
    began = time.monotonic()
    assert began < receive(b"GET").deadline <= time.monotonic() + request_reception.HEAD_SECONDS
    short = receive(FORM + b"Content-Length: 50\r\n\r\n").deadline - began
    long = receive(FORM + b"Content-Length: 33000000\r\n\r\n", max_upload_bytes=2**26).deadline - began
    assert short < 60
    assert 33_000_000 / 40_000 < long < 33_000_000 / 10_000
