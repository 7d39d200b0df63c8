"""Tables to download."""

from collections.abc import Iterable, Iterator

from flask import Response

_MARK = "\ufeff"  # by which spreadsheets know that a file is UTF-8


def send_csv(name: str, lines: Iterable[str]) -> Response:
    """A table as a file, written while it is read.

    Args:
        name: of the file.
        lines: its text, the columns' names first, in whatever pieces; asked for when the request may be over, so
            without its context.
    """

    def marked() -> Iterator[str]:
        yield _MARK
        yield from lines

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(marked(), mimetype="text/csv", headers=headers)
