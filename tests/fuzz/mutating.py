"""Odd bytes and odd values, drawn from a seed, so that what was found once is found again."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

SEED = int(os.environ.get("VITRINA_FUZZ_SEED", "1"))
SECONDS = float(os.environ.get("VITRINA_FUZZ_SECONDS", "0"))  # for each kind; 0: the number that the suite tries

ODD_TEXTS = (
    *("", " ", "\0", "-1", "0", "1", "1e999", "NaN", "9223372036854775808", "9" * 400, "٣", "²", "true", "null", "[]"),
    *("{}", "é😀\u202e", "\ufeff", "a" * 3000, "..", "../../etc/passwd", "%00", "'\"<script>", "\r\nX: y", "coat-00"),
    *("MEN_Coats", "similar", "0,0,1,1", "0.1,0.1,0.5,0.5", "1:1", "2026-02-30", "=1+1", "http://x/", "//x", "\\"),
)


def rounds(number: int) -> Iterator[random.Random]:
    """A source of chance for each of ``number`` tries, or for as many as ``SECONDS`` allow."""
    until = time.monotonic() + SECONDS
    tried = 0
    while tried < number or time.monotonic() < until:
        yield random.Random(f"{SEED}-{tried}")
        tried += 1


def mutate(content: bytes, rng: random.Random) -> bytes:
    """The bytes with a few of them changed, lost, repeated or put elsewhere."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(changed) + 1)
        length = min(rng.choice((1, 1, 2, 4, 8, 64, 512)), len(changed) - at)
        match rng.randrange(7):
            case 0:
                changed[at : at + length] = rng.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length] * rng.choice((1, 2, 50))
            case 3:
                changed[at : at + length] = bytes([rng.choice((0, 0x7F, 0x80, 0xFF))]) * length
            case 4:
                changed = changed[:at]
            case 5:
                changed[at:at] = rng.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
            case 6 if length:
                changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed)


def held_bytes() -> int:
    """Memory that this process holds; 0 where the system doesn't say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
