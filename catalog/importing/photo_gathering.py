"""Gathers the photos of products: those on the web are downloaded, and every file is checked."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from catalog.downloads.photo_downloads import Download, PhotoDownloads
from catalog.feeds import FeedRow, Reject, WebPhoto
from catalog.importing.photo_inspection import SoundPhoto, count_threads, inspect_files
from catalog.importing.rejects_file import RejectsFile, WarningsFile
from catalog.product_details import PHOTO_ALTS
from catalog.products import Photo, Product
from catalog.repository import Catalog
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import load_photos


class PhotoGathering:
    """Finds the sound photos of products, batch by batch; all other rows and photos become rejects or warnings.

    A photo that can't be downloaded is a warning if its product has others, and is tried again by the next import.

    Args:
        catalog: tells which photos were checked before.
        downloads: of this import.
        rejects: takes the rows and photos that can't be used.
        warnings: takes the photos that can't be downloaded.
        bar: shows the progress.
        full: open every file, also one whose size and modification time are as they were.
    """

    def __init__(
        self,
        catalog: Catalog,
        downloads: PhotoDownloads,
        rejects: RejectsFile,
        warnings: WarningsFile,
        bar: "tqdm[Any]",
        *,
        full: bool = False,
    ) -> None:
        self._catalog = catalog
        self._downloads = downloads
        self._rejects = rejects
        self._warnings = warnings
        self._bar = bar
        self._full = full

    def sound_products(self, rows: Iterable[FeedRow | Reject]) -> Iterator[tuple[Product, list[SoundPhoto]]]:
        """The products that have a sound photo, with all their sound photos."""
        with ThreadPoolExecutor(count_threads()) as executor:
            for batch in in_batches(rows, IDS_PER_QUERY):
                feed_rows = [item for item in batch if isinstance(item, FeedRow)]
                downloaded = self._download(feed_rows)
                inspected = self._inspect(feed_rows, downloaded, executor)
                for item in batch:
                    if isinstance(item, Reject):
                        self._rejects.add(item)
                    elif sound := self._choose(item, downloaded, inspected):
                        yield _name_alts(item, downloaded), sound

    def _download(self, rows: Sequence[FeedRow]) -> dict[str, Download]:
        addresses = [photo.address for row in rows for photo in row.photos if isinstance(photo, WebPhoto)]
        found = {}
        for address, download in self._downloads.fetch_all(addresses):
            found[address] = download
            self._bar.update()
        return found

    def _inspect(
        self, rows: Sequence[FeedRow], downloaded: dict[str, Download], executor: ThreadPoolExecutor
    ) -> dict[Path, SoundPhoto | str]:
        files = dict.fromkeys(file for row in rows for file in row.files)
        local = len(files)
        files |= dict.fromkeys(download.path for download in downloaded.values() if download.path)
        inspected = {}
        for path, outcome in inspect_files(files, self._known_photos(rows), executor):
            inspected[path] = outcome
            if len(inspected) <= local:
                self._bar.update()
        return inspected

    def _known_photos(self, rows: Sequence[FeedRow]) -> dict[Path, Photo]:
        """Path -> photo, of the photos that the catalogue already has of these products and that need no look."""
        if self._full:
            return {}
        with self._catalog.database.reading() as connection:
            photos = load_photos(connection, [row.product.product_id for row in rows])
        return {photo.path: photo for ours in photos.values() for photo in ours}

    def _choose(
        self, row: FeedRow, downloaded: dict[str, Download], inspected: dict[Path, SoundPhoto | str]
    ) -> list[SoundPhoto]:
        """The sound photos of a product, each once; what is to be said of the others is noted."""
        sound: dict[str, SoundPhoto] = {}
        missing: list[Reject] = []
        for photo in row.photos:
            download = downloaded[photo.address] if isinstance(photo, WebPhoto) else Download(photo)
            product_id = row.product.product_id
            if download.path is None:
                missing.append(Reject(row.row, product_id, str(photo), download.problem, row.certain))
                continue
            if download.problem:
                self._warnings.add(Reject(row.row, product_id, str(photo), download.problem, row.certain))
            outcome = inspected[download.path]
            if isinstance(outcome, SoundPhoto):
                sound[outcome.path] = outcome
                continue
            if isinstance(photo, WebPhoto):
                self._downloads.forget(photo.address)
            self._rejects.add(Reject(row.row, product_id, str(photo), outcome, row.certain))
        for reject in missing:
            (self._warnings if sound else self._rejects).add(reject)
        return list(sound.values())


def _name_alts(row: FeedRow, downloaded: dict[str, Download]) -> Product:
    """The product with the words for its photos by the names of the files that were downloaded."""
    alts = row.product.details.get(PHOTO_ALTS)
    if not alts:
        return row.product
    names = {address: download.path.name for address, download in downloaded.items() if download.path}
    named = {names.get(photo, photo): alt for photo, alt in alts.items()}
    return replace(row.product, details={**row.product.details, PHOTO_ALTS: named})
