"""The page to go on to after a form was sent."""

from collections.abc import Mapping
from urllib.parse import urlsplit

_MOST_CHARACTERS = 2000


def read_next_page(values: Mapping[str, str]) -> str:
    """The address in ``next``, if it is one of the studio's; else an empty text: nobody is sent to another site.

    An address with a line break or another character that isn't printed is none: it couldn't stand in a header.
    """
    wanted = values.get("next", "")
    if not wanted.isprintable() or "\\" in wanted or len(wanted) > _MOST_CHARACTERS:
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # such as "/studio" behind a bracket that isn't closed
        return ""
    path = parts.path
    ours = path == "/studio" or path.startswith("/studio/")
    climbs = ".." in path.split("/") or "//" in path
    return wanted if ours and not (climbs or parts.scheme or parts.netloc) else ""
