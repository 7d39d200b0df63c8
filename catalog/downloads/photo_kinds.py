"""What a downloaded file is by its content: the suffix of a photo, or what else the server sent."""

import re

from catalog.errors import DownloadError

_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"\x89PNG\r\n"), ".png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"GIF8"), ".gif"),
    (re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL), ".avif"),
    (re.compile(rb"....ftyp(?:hei|hev|mif|msf)", re.DOTALL), ".heic"),
    (re.compile(rb"II\*\0|MM\0\*"), ".tif"),
    (re.compile(rb"BM"), ".bmp"),
)
_NEEDED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC is needed"


def find_suffix(content: bytes, content_type: str) -> str:
    """The suffix for a photo, such as ``.jpg``.

    Args:
        content: what was downloaded.
        content_type: what the server calls it, for the message.

    Raises:
        DownloadError: it is no photo; the message says what it seems to be.
    """
    for signature, suffix in _SIGNATURES:
        if signature.match(content):
            return suffix
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        raise DownloadError("The server sent an empty photo.", again=True)
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise DownloadError("The server sent a web page and no photo; it may ask for a sign-in, or the photo is gone.")
    if start.startswith(b"<svg") or b"<svg" in start:
        raise DownloadError(f"The server sent a drawing (SVG) and no photo; {_NEEDED}.")
    called = f", which it calls {content_type[:60]}" if content_type else ""
    raise DownloadError(f"The server sent something that is no photo{called}; {_NEEDED}.")
