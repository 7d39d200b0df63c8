"""The parts of web addresses that others wrote: visitors' headers, forms, settings."""

from urllib.parse import SplitResult, urlsplit


def split_address(address: str) -> SplitResult:
    """The parts of an address; all of them are empty where it can't be one, such as ``http://[x``."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
