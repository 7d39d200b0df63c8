"""The rows and photos that imports and builds couldn't use, a page at a time, with a picture where there is one."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from catalog import Photo, Product
from catalog.importing.rejects_file import RejectsFile
from catalog.spreadsheets import read_table
from webapp.errors import MissingPageError, ShopBusyError
from webapp.services.access import services
from webapp.services.thumbnails import WAIT_SECONDS, WIDTHS

OF_INDEX = "index"
_INDEX_FILE = "index.csv"
_WARNINGS = "warnings-of-"  # before the name of a table of warnings
_MOST_BROKEN = 20_000  # rejects that are read to find the photos that can be shown


@dataclass(frozen=True)
class RejectList:
    """One table of rejects."""

    name: str  # OF_INDEX, or the name of an import's table
    path: Path
    source: str | None  # what was imported; None for the index
    warnings: bool = False  # whether it lists doubtful values of products that came in, and not rejects


@dataclass(frozen=True)
class ShownReject:
    """A reject as the page shows it."""

    product_id: str
    file: str  # the file's name, without its folder
    reason: str
    field: str  # whose value is meant; empty where it is the whole row, or a photo
    row: str  # in the source; empty if the source has no rows
    known: bool  # whether the catalogue sells the product
    photo: Photo | None  # None if it can't be shown


def list_rejects() -> list[RejectList]:
    """The tables of rejects: the last build's, then one for each source, the latest import first."""
    index = services().paths.rejects / _INDEX_FILE
    found = [RejectList(OF_INDEX, index, None)] if index.exists() else []
    for source in services().catalog.sources():
        file = RejectsFile(source.location).path.name
        for directory, prefix in ((services().paths.rejects, ""), (services().paths.warnings, _WARNINGS)):
            path, name = directory / file, Path(source.location).name
            if path.exists():
                found.append(RejectList(f"{prefix}{path.stem}", path, name, warnings=bool(prefix)))
    return found


def find_rejects(name: str) -> RejectList:
    """The table of a name; raises MissingPageError if no build or import has one of that name."""
    for one in list_rejects():
        if one.name == name:
            return one
    raise MissingPageError("There are no rejects of that name.")


def read_rejects(rejects: RejectList, limit: int, offset: int = 0) -> list[ShownReject]:
    """A page of a table; raises MissingPageError if the table has just been removed."""
    rows = list(islice(_rows(rejects.path), offset, offset + limit))
    products = services().catalog.products({row.get("product_id") or "" for row in rows})
    shown = []
    until = time.monotonic() + WAIT_SECONDS  # for all photos of the page together
    for row in rows:
        product_id, file = row.get("product_id") or "", row.get("file") or ""
        product = products.get(product_id)
        of_catalogue = [photo for photo in product.photos if str(photo.path) == file] if product else []
        shown.append(
            ShownReject(
                product_id=product_id,
                file=Path(file).name,
                reason=row.get("reason") or "",
                field=row.get("field") or "",
                row=row.get("row") or "",
                known=product is not None,
                photo=next((photo for photo in of_catalogue if _can_be_shown(photo, until)), None),
            )
        )
    return shown


def open_table(path: Path) -> TextIO:
    """The open file of a table; raises MissingPageError if it has just been removed."""
    try:
        return path.open(encoding="utf-8", errors="replace", newline="")
    except OSError:
        raise MissingPageError("These rejects are gone: everything could be used.") from None


def rejected_photos(limit: int) -> set[tuple[str, str]]:
    """Product id and path of the photos that the last build couldn't use, at most ``limit`` of them."""
    try:
        rows = islice(_rows(services().paths.rejects / _INDEX_FILE), limit)
        return {(row.get("product_id") or "", row.get("file") or "") for row in rows}
    except MissingPageError:
        return set()


def choose_photos(products: Iterable[Product]) -> dict[str, Photo]:
    """For each product the first photo that the last build could use, by product id."""
    broken = rejected_photos(_MOST_BROKEN)
    chosen = {}
    for product in products:
        usable = (photo for photo in product.photos if (product.product_id, str(photo.path)) not in broken)
        photo = next(usable, None)
        if photo is not None:
            chosen[product.product_id] = photo
    return chosen


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with open_table(path) as file:
        yield from read_table(file)


def _can_be_shown(photo: Photo, until: float) -> bool:
    """Whether there is a scaled copy of the photo, or it can be made by a time of ``time.monotonic``."""
    wait_seconds = max(0.0, until - time.monotonic())
    try:
        services().thumbnails.read(photo.path, photo.sha256, WIDTHS[0], wait_seconds=wait_seconds)
    except (MissingPageError, ShopBusyError, OSError):
        return False
    return True
