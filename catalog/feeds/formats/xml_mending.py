"""Feeds in XML as a strict parser would want them: what shops' programs get wrong is mended before it is parsed.

After a first fault in a document, libxml2 drops every entity that follows, even ``&gt;``, without a word: paths of
categories lose what stands between their names. So stray ampersands are written as they should be, and all entities
that have one meaning as numbers, which are never dropped.
"""

import codecs
import html.entities
import re
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog.feeds.text import detect_encoding

_HEAD_BYTES = 4096
_LONGEST = 40  # bytes of the longest thing that is looked for
_TOKEN = re.compile(rb"<!\[CDATA\[|<!--|&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{0,31});)?")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_DECLARED = re.compile(rb"(<\?xml[^>]*encoding=[\"'])([^\"']*)")
_CONTROLS = bytes({*range(32)} - {9, 10, 13})  # which no XML may contain
_MEANINGS = {name.encode(): b"&#%d;" % number for name, number in html.entities.name2codepoint.items()}
_MEANINGS[b"apos"] = b"&#39;"
_AMPERSAND = b"&#38;"
STRAY = "\ufdd0"  # stands before a character whose byte was no part of the file's encoding; no text has it otherwise


def _read_strays(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    strays = error.object[error.start : error.end]
    return "".join(STRAY + bytes((one,)).decode("cp1252", "replace") for one in strays), error.end


codecs.register_error("vitrina-strays", _read_strays)


class MendedXml:
    """A file of XML for a parser to read from. What stands in CDATA sections and comments stays as it is.

    Args:
        path: the file, in UTF-8, UTF-16 or any encoding in which ASCII is ASCII; one in Windows-1252 may call it UTF-8.
            ``STRAY`` stands before what was read of each stray byte.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        head = self._file.read(_HEAD_BYTES)
        self._decoder: codecs.IncrementalDecoder | None = None
        encoding = _find_encoding(path, head)
        if encoding:
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="vitrina-strays")
            head = _DECLARED.sub(rb"\1UTF-8", self._decoder.decode(head).encode())
        # Entities that the document declares itself are left for the parser, which leaves them unresolved.
        self._declares = b"<!DOCTYPE" in head
        self._waiting = head.translate(None, _CONTROLS)
        self._end = b""  # of the section or comment that is being read
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """About as many bytes as are asked for; none at the end of the file."""
        mended = b""
        while not mended and not self._is_over:
            more = self._read_on(size if size > 0 else 2**20)
            self._is_over = not more
            mended = self._mend(self._waiting + more)
        return mended

    def _read_on(self, size: int) -> bytes:
        raw = self._file.read(size)
        if self._decoder:
            raw = self._decoder.decode(raw, final=not raw).encode()
        return raw.translate(None, _CONTROLS)

    def _mend(self, content: bytes) -> bytes:
        """The mended beginning of the content; what may go on in the next piece is kept for then."""
        settled = len(content) if self._is_over else max(len(content) - _LONGEST, 0)
        pieces, at = [], 0
        while at < settled:
            if self._end:
                end = content.find(self._end, at)
                stop = settled if end < 0 else end + len(self._end)
                pieces.append(content[at:stop])
                at, self._end = stop, self._end if end < 0 else b""
                continue
            token = _TOKEN.search(content, at)
            if token is None or token.start() >= settled:
                pieces.append(content[at:settled])
                at = settled
                break
            pieces += [content[at : token.start()], self._replace(token)]
            self._end = _ENDS.get(token[0], b"")
            at = token.end()
        self._waiting = content[at:]
        return b"".join(pieces)

    def _replace(self, token: "re.Match[bytes]") -> bytes:
        text, name = token[0], token[1]
        if text == b"&":
            return _AMPERSAND
        if name is None:
            return text
        return _MEANINGS.get(name) or (text if self._declares else _AMPERSAND + text[1:])


def _find_encoding(path: Path, head: bytes) -> str | None:
    """The encoding that a file is decoded by, whatever it declares; None if the parser is to decode it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.search(head)
    if declared and declared[2].lower().replace(b"-", b"") != b"utf8":
        return None
    return "cp1252" if detect_encoding(path) == "cp1252" else "utf-8"
