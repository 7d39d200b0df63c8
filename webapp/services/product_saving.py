"""Saves products that programs send: photos checked and stored, embedded, written, and found when this returns."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog import Catalog
from catalog.changes.product_edits import ProductEdit, ProductEdits
from catalog.importing.photo_inspection import SoundPhoto, count_threads
from catalog.importing.sent_photos import SentPhotos
from search.errors import PhotoError
from search.updates import UpdatedIndex


class ProductSaving:
    """Saves products.

    Args:
        catalog: where they are written.
        index: finds them; None where an app has an index of another kind, which follows by itself.
        folder: where the photos that were sent lie.
    """

    def __init__(self, catalog: Catalog, index: UpdatedIndex | None, folder: Path) -> None:
        self._edits = ProductEdits(catalog, folder)
        self._index = index
        self.photos = SentPhotos(folder)

    def save(self, edits: Sequence[ProductEdit], *, by: str) -> list[str]:
        """Do all edits or none; when this returns they are on disk, and this process finds them.

        Raises:
            PhotoError, ProductEditError, UnknownProductError: nothing was changed. DatabaseLockedError: an import is
                writing.
        """
        photos = {one.sha256: Path(one.path) for edit in edits for one in edit.photos or ()}
        embedded = self._index.embed(photos) if photos and self._index else None
        model, embeddings = embedded or ("", {})
        stored = {sha256: one.to_bytes() for sha256, one in embeddings.items()}
        done = self._edits.apply(edits, by=by, model=model, embeddings=stored)
        if self._index:
            self._index.catch_up()
        return done


def keep_photos(photos: SentPhotos, sent: Mapping[str, bytes]) -> dict[str, SoundPhoto]:
    """Store several photos side by side, by the names of their parts; raises PhotoError, which names the part."""

    def keep(name: str) -> SoundPhoto:
        try:
            return photos.keep(sent[name])
        except PhotoError as error:
            raise type(error)(f"{name}: {error}") from error

    with ThreadPoolExecutor(count_threads()) as pool:
        return dict(zip(sent, pool.map(keep, sent), strict=True))
