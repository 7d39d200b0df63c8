"""The cost of a JPEG: its markers, its scans, and the coefficients of the whole picture that several scans need."""

import re
import struct

from search.errors import PhotoTooLargeError
from search.photos import limits
from search.photos.cost import DecodeCost, check_exif, too_many

_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1
_BARE = frozenset((0x01, 0xD8, *range(0xD0, 0xD8)))  # markers without a length
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_HUFFMAN_FRAMES = frozenset((_BASELINE, _EXTENDED, _PROGRESSIVE))  # decoded fast; arithmetic coding is not
_FEW_SCANS = 16
_MARKER_IN_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # not a stuffed byte, nor a restart


class _Frame:
    """What a frame header says."""

    def __init__(self, kind: int, payload: bytes) -> None:
        self.kind = kind
        _, self.height, self.width, self.components = struct.unpack_from(">BHHB", payload)
        factors = [payload[7 + 3 * n] for n in range(self.components) if 7 + 3 * n < len(payload)]
        shares = [(factor >> 4) * (factor & 15) for factor in factors]
        # Components are stored in their own resolutions; 4:2:0 takes 1.5 times the pixels, 4:4:4 three times.
        largest = max((factor >> 4 for factor in factors), default=1) * max(
            (factor & 15 for factor in factors), default=1
        )
        self.samples = sum(shares) / max(1, largest)

    @property
    def pixels(self) -> int:
        return self.width * self.height


def cost_of_jpeg(content: bytes) -> DecodeCost | None:
    """The cost of a JPEG or of the first picture of an MPO; None where the headers make no sense.

    Raises:
        PhotoTooLargeError: too many markers, scans or bytes of padding.
    """
    frame, scan_at, scan_components = _read_header(content)
    if frame is None or scan_at is None:
        return None
    output = min(frame.pixels, limits.MAX_DECODE_BYTES) * 4
    if frame.pixels > 50_000_000:
        output //= 16  # so many pixels are decoded at a quarter of each side or less
    if frame.kind in (_BASELINE, _EXTENDED) and scan_components >= frame.components:
        return DecodeCost(output, is_bounded=True)  # one pass, whatever follows
    scans = _count_scans(content, scan_at)
    if scans > limits.MAX_SCANS:
        raise too_many("scans", scans, limits.MAX_SCANS)
    if scans * frame.pixels > limits.MAX_SCAN_PIXELS:
        raise too_many("pixels in all its scans", scans * frame.pixels, limits.MAX_SCAN_PIXELS)
    coefficients = int(frame.pixels * frame.samples * 2)
    if coefficients > limits.MAX_DECODE_BYTES:
        raise PhotoTooLargeError(
            f"The photo has {frame.width}x{frame.height} pixels in several scans: decoding it takes "
            f"{coefficients // limits.MIB} MiB of memory, {limits.MAX_DECODE_BYTES // limits.MIB} MiB are allowed. "
            "Send a smaller copy."
        )
    cost = coefficients + output
    is_fast = frame.kind in _HUFFMAN_FRAMES and scans * frame.pixels <= limits.ORDINARY_SCAN_PIXELS
    return DecodeCost(cost, is_fast and cost <= 2 * limits.ORDINARY_BYTES)


def _read_header(content: bytes) -> tuple[_Frame | None, int | None, int]:
    """The largest frame, where the entropy-coded data of the first scan begin, and how many components it holds."""
    frame: _Frame | None = None
    exif = []
    at, markers, padding = 2, 0, 0
    while at + 4 <= len(content):
        if content[at] != 0xFF or content[at + 1] in (0x00, 0xFF):
            further = _next_marker(content, at)
            padding += further - at
            if padding > limits.MAX_FILL_BYTES:
                raise too_many("bytes of padding between its markers", padding, limits.MAX_FILL_BYTES)
            at = further
            continue
        markers += 1
        if markers > limits.MAX_HEADER_MARKERS:
            raise too_many("markers", markers, limits.MAX_HEADER_MARKERS)
        marker = content[at + 1]
        if marker == _EOI:
            break
        if marker in _BARE:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        payload = content[at + 4 : at + 2 + length]
        if marker in _FRAMES and len(payload) >= 6:
            found = _Frame(marker, payload)
            frame = found if frame is None or found.pixels >= frame.pixels else frame
        elif marker == _APP1 and payload.startswith(b"Exif\0\0"):
            exif.append(payload[6:])
        elif marker == _SOS:
            check_exif(b"".join(exif))
            return frame, at + 2 + length, payload[0] if payload else 0
        at += 2 + max(2, length)
    return frame, None, 0


def _next_marker(content: bytes, at: int) -> int:
    """Where the next byte pair that can be a marker begins, or the end of the content."""
    found = re.compile(rb"\xff[^\x00\xff]").search(content, at, at + limits.MAX_FILL_BYTES + 2)
    return found.start() if found else min(len(content), at + limits.MAX_FILL_BYTES + 2)


def _count_scans(content: bytes, at: int) -> int:
    """The number of scans, counted to one more than are allowed; of few scans perhaps too many."""
    # No scan's data hold the two bytes that begin a scan, but what lies between scans or behind the picture may.
    fast = 1 + content.count(b"\xff\xda", at)
    if fast <= _FEW_SCANS:
        return fast
    scans, markers = 1, 0
    while scans <= limits.MAX_SCANS and (found := _MARKER_IN_SCAN.search(content, at)):
        markers += 1
        if markers > limits.MAX_HEADER_MARKERS:
            raise too_many("markers between its scans", markers, limits.MAX_HEADER_MARKERS)
        marker = found[1][0]
        if marker == _EOI:
            break
        scans += marker == _SOS
        at = found.end()
        if marker not in _BARE:
            at += max(2, int.from_bytes(content[at : at + 2]))
    return scans
