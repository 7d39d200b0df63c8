"""Products from IDX files, in which MNIST, Fashion-MNIST and their like come; each photo is a product."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from PIL import Image

from catalog.errors import SourceError
from catalog.feeds.idx_files import IdxPair, PhotoArchive, open_photos, read_labels
from catalog.feeds.rows import FeedRow, Reject
from catalog.products import Product
from catalog.settings import unpacked_photos_dir
from search.files import written_aside

IDX, FASHION_MNIST = "idx", "fashion-mnist"  # names that --format takes
TITLE = "a set of photos with labels in IDX files"

# https://github.com/zalandoresearch/fashion-mnist#labels
FASHION_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
_FASHION_STARTS = (bytes((9, 0, 0, 3, 0, 2, 7, 2, 5, 5)), bytes((9, 2, 1, 1, 6, 1, 4, 6, 5, 7)))  # train, test
_SPLITS = {"train": "train", "test": "test", "t10k": "test", "valid": "validation", "val": "validation"}
_PER_FOLDER = 1000


class IdxFeed:
    """Pairs of IDX files. The id of a product is the name of its pair and the photo's number, as train-00042.

    Photos are unpacked as PNG into the data directory, each once, so that everything that shows, embeds or checks
    photos finds files. The pixels stay as they are.

    Args:
        source: a folder that holds the pairs, or one of the files.
        pairs: what ``find_pairs`` found in it.
        name: IDX or FASHION_MNIST, if the person who imports has said it; otherwise the source tells.

    Raises:
        SourceError: a file is damaged, or there are more photos than labels or fewer.
    """

    incomplete = ""  # files that aren't whole are refused
    left_out: set[str]
    empty_classes: list[str]

    def __init__(self, source: Path, pairs: list[IdxPair], name: str | None = None) -> None:
        self.location = Path(os.path.abspath(source))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self.left_out = set()
        self._pairs = [(pair.name, open_photos(pair.images), read_labels(pair.labels)) for pair in pairs]
        for pair, (_, photos, labels) in zip(pairs, self._pairs, strict=True):
            if photos.count != len(labels):
                raise SourceError(
                    f"{pair.images.name} has {photos.count:,} photos, and {pair.labels.name} has {len(labels):,} "
                    "labels; each photo needs one. Download both again."
                )
        self._classes = self._name_classes(name)
        used = {label for _, _, labels in self._pairs for label in labels}
        self.empty_classes = [one for number, one in enumerate(self._classes) if number not in used]
        self.notes = [self._describe()]

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every photo as a product, in the order of the files; its photo is unpacked before."""
        for name, photos, labels in self._pairs:
            split = next((split for word, split in _SPLITS.items() if word in name.lower()), None)
            for number, (label, file) in enumerate(zip(labels, _unpack(photos), strict=True)):
                category = self._classes[label] if self._classes else str(label)
                yield FeedRow(number + 1, Product(f"{name}-{number:05d}", category, split=split), (file,))

    def _name_classes(self, name: str | None) -> tuple[str, ...]:
        """The names of the classes; empty where labels are numbers."""
        highest = max((label for _, _, labels in self._pairs for label in labels), default=0)
        fits = highest < len(FASHION_CLASSES)
        if name == FASHION_MNIST and not fits:
            raise SourceError(
                f"{self.location} has a label {highest}, and Fashion-MNIST has 0 to 9. Say --format {IDX} for numbers."
            )
        if name is None:
            is_named_so = "fashion" in "/".join(self.location.parts[-3:]).casefold()
            is_known = any(labels.startswith(_FASHION_STARTS) for _, _, labels in self._pairs)
            name = FASHION_MNIST if fits and (is_known or is_named_so) else IDX
        return FASHION_CLASSES if name == FASHION_MNIST else ()

    def _describe(self) -> str:
        if self._classes:
            return f"The labels were read as Fashion-MNIST's ten classes; --format {IDX} keeps their numbers."
        return f"The labels are numbers; --format {FASHION_MNIST} gives them the names of Fashion-MNIST's classes."


def _unpack(photos: PhotoArchive) -> Iterator[Path]:
    """The files of an archive's photos, which are written unless an earlier reading has."""
    folder = unpacked_photos_dir() / photos.digest[:32]
    with suppress(OSError):  # so that nobody tidies away what is unpacked already, as long as it is read
        os.utime(folder)
    for number, pixels in enumerate(photos.photos()):
        file = folder / f"{number // _PER_FOLDER:03d}" / f"{number:05d}.png"
        if not file.exists():
            with written_aside(file) as partial:
                Image.frombytes(photos.mode, (photos.width, photos.height), pixels).save(partial, "PNG")
        yield file
