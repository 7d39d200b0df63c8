"""Sends tables as CSV files."""

import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flask import Response

_MARK = "\ufeff"  # the byte order mark, by which spreadsheet programs recognise UTF-8


def send_csv(name: str, lines: Iterable[str]) -> Response:
    """An answer with a table as a file; the browser receives it while it is being written.

    Args:
        name: of the file.
        lines: its text, the columns' names first, in whatever pieces; asked for when the request may be over, so
            without its context.
    """

    def marked() -> Iterator[str]:
        yield _MARK
        yield from lines

    return Response(marked(), mimetype="text/csv", headers={"Content-Disposition": _as_attachment(name)})


def _as_attachment(name: str) -> str:
    """The header that names a file to be kept. Letters that no header can hold are left out, and said a second way.

    Source: RFC 6266, "Use of the Content-Disposition Header Field in HTTP", section 4.3.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
