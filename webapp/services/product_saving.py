"""Saves products that programs send: photos checked and stored, embedded, written, and found when this returns."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog import Catalog
from catalog.changes.product_edits import ProductEdit, ProductEdits
from catalog.importing.photo_inspection import SoundPhoto, count_threads
from search.errors import PhotoError
from search.files import holds, written_aside
from search.photo import inspect_photo
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
        self._folder = folder

    def keep_photo(self, content: bytes) -> SoundPhoto:
        """Store a photo under its fingerprint, and return its facts; raises PhotoError, OSError."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._folder / sha256[:2] / sha256
        if not holds(path, content):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with written_aside(path) as partial:
                partial.write_bytes(content)
                inspect_photo(partial)
        facts = inspect_photo(path)
        modified = path.stat().st_mtime_ns
        return SoundPhoto(str(path), sha256, facts.size_bytes, modified, width=facts.width, height=facts.height)

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


def keep_photos(saving: ProductSaving, sent: Mapping[str, bytes]) -> dict[str, SoundPhoto]:
    """Store several photos side by side, by the names of their parts; raises PhotoError, which names the part."""

    def keep(name: str) -> SoundPhoto:
        try:
            return saving.keep_photo(sent[name])
        except PhotoError as error:
            raise type(error)(f"{name}: {error}") from error

    with ThreadPoolExecutor(count_threads()) as pool:
        return dict(zip(sent, pool.map(keep, sent), strict=True))
