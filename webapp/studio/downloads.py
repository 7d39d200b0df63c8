"""Sends tables as CSV files."""

from collections.abc import Iterable, Iterator

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

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(marked(), mimetype="text/csv", headers=headers)
