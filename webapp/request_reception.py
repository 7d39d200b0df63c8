"""One request on its way in: read as far as it has come, without waiting for it.

A thread is worth too much to wait for a slow visitor. So a request is collected here, its body in a temporary file if
it is long, and handed over when it is complete. Framing is read no further than that takes: where a request ends.
"""

import re
import tempfile
import time
from collections.abc import Mapping

HEAD_BYTES = 64 * 1024  # of the request line and the headers
MEMORY_BYTES = 128 * 1024  # of a body that is kept in memory; a longer one lies in a temporary file

HEAD_SECONDS = 10.0  # from the first byte to the end of the headers
BODY_SECONDS = 30.0  # for a body, and as much longer as it takes at ``BODY_BYTES_PER_SECOND``
BODY_BYTES_PER_SECOND = 16 * 1024  # a phone on the edge of its network sends more

_MULTIPART = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*multipart/form-data")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:")
_EXPECT = re.compile(rb"(?im)^expect[ \t]*:[ \t]*100-continue[ \t]*\r?\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHUNK_LINE_BYTES = 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HeadTooLargeError(ValueError):
    """The request line and the headers are longer than ``HEAD_BYTES``."""


class Reception:
    """Collects the bytes of one request.

    A body that is longer than any the app takes makes the request complete at once, so that the app can refuse it.

    Args:
        max_upload_bytes: of a multipart form, which may carry a file.
        max_form_bytes: of any other body.
        max_bytes_of: path -> most bytes of a multipart form that is sent there, where that is more.
    """

    def __init__(
        self, max_upload_bytes: int, max_form_bytes: int, max_bytes_of: Mapping[str, int] | None = None
    ) -> None:
        self._max_upload_bytes = max_upload_bytes
        self._max_bytes_of = max_bytes_of or {}
        self._max_form_bytes = max_form_bytes
        self._max_body_bytes = max_form_bytes
        self._began = time.monotonic()
        self._head = b""
        self._body = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed by close()
        self._length: int | None = None  # of the body; None: not known yet, or it comes in chunks
        self._chunks: _Chunks | None = None
        self._has_head = False
        self._is_rewound = False
        self.received = 0  # bytes of the body
        self.rest = b""  # what came behind the request
        self.is_complete = False
        self.is_cut = False  # complete, since it is too long: more of it may come, and nobody will want it
        self.wants_continue = False  # the sender waits for a word before it sends the body

    @property
    def has_begun(self) -> bool:
        """Whether a byte has come."""
        return bool(self._head)

    @property
    def deadline(self) -> float:
        """The instant, of the monotonic clock, until which the request has to be complete."""
        if not self._has_head:
            return self._began + HEAD_SECONDS
        return self._began + HEAD_SECONDS + BODY_SECONDS + (self._length or self.received) / BODY_BYTES_PER_SECOND

    def feed(self, data: bytes) -> None:
        """Take the bytes that came next.

        Raises:
            HeadTooLargeError: there is no end to the headers.
            OSError: the temporary file can't be written.
        """
        if self._has_head:
            self._take_body(data)
            return
        self._head += data
        end = _END_OF_HEAD.search(self._head.lstrip(b"\r\n"))
        if end is None:
            if len(self._head) > HEAD_BYTES:
                raise HeadTooLargeError
            return
        self._head = self._head.lstrip(b"\r\n")
        behind, self._head = self._head[end.end() :], self._head[: end.end()]
        if len(self._head) > HEAD_BYTES:
            raise HeadTooLargeError
        self._has_head = True
        self._read_framing()
        self._take_body(behind)

    def read(self, size: int) -> bytes:
        """The next bytes of the complete request, from its first one; none behind its end."""
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        if not self._is_rewound:
            self._body.seek(0)
            self._is_rewound = True
        return self._body.read(size)

    def close(self) -> None:
        """Throw away what has come."""
        self._body.close()

    def _read_framing(self) -> None:
        """How long the body will be. Where headers contradict themselves the server has to say so, without a body."""
        if _MULTIPART.search(self._head):
            path = self._head.split(maxsplit=2)[1:2] or [b""]
            name = path[0].partition(b"?")[0].decode("ascii", "replace")
            self._max_body_bytes = self._max_bytes_of.get(name, self._max_upload_bytes)
        lengths = _LENGTH.findall(self._head)
        is_chunked = bool(_CHUNKED.search(self._head))
        if is_chunked and not lengths:
            self._chunks = _Chunks()
        elif len(lengths) == 1 and not is_chunked and lengths[0].isdigit() and len(lengths[0]) < 16:
            self._length = int(lengths[0])
        else:
            self._length = 0
        self.is_cut = self._length is not None and self._length > self._max_body_bytes
        if _EXPECT.search(self._head) and self._length != 0 and not self.is_cut:
            self._head = _EXPECT.sub(b"", self._head)  # said here, and not once more by the server
            self.wants_continue = True

    def _take_body(self, data: bytes) -> None:
        if self._chunks is not None:
            used = self._chunks.scan(data)
            is_over = self._chunks.is_over
            self.is_cut = not is_over and self.received + used > self._max_body_bytes
        else:
            assert self._length is not None  # noqa: S101 - for the type checker: it comes in chunks or has a length
            used = 0 if self.is_cut else min(len(data), self._length - self.received)
            is_over = self.received + used >= self._length
        self.received += used
        self._body.write(data[:used])
        if is_over or self.is_cut:
            self.rest = b"" if self.is_cut else data[used:]
            self.is_complete = True


class _Chunks:
    """Finds the end of a body that comes in chunks. What is wrong with them, the server finds when it reads them."""

    def __init__(self) -> None:
        self._line = b""  # of the chunk's length or of a trailer, as far as it has come
        self._left = 0  # bytes of the chunk and its line end
        self._in_trailer = False
        self.is_over = False

    def scan(self, data: bytes) -> int:
        """How many of the bytes belong to the body."""
        at = 0
        while at < len(data) and not self.is_over:
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            end = data.find(b"\n", at)
            stop = len(data) if end < 0 else end + 1
            self._line += data[at:stop]
            at = stop
            if end >= 0 or len(self._line) > _CHUNK_LINE_BYTES:
                self._end_line()
        return at

    def _end_line(self) -> None:
        line, self._line = self._line.strip(), b""
        if self._in_trailer:
            self.is_over = not line
            return
        size = line.partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,12}", size):
            self.is_over = True
        elif int(size, 16):
            self._left = int(size, 16) + 2
        else:
            self._in_trailer = True
