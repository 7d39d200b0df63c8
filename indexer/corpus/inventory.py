"""What there is to index: the catalogue's products, with their photo files as they are on disk right now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tqdm import tqdm

from catalog import Catalog, Photo, Product
from indexer.errors import EmptyCatalogError
from search.errors import PhotoError
from search.photo import PhotoFacts, inspect_photo

NO_PRODUCTS = "The catalogue has no product with a usable photo. Import some first: python -m catalog import SOURCE."


@dataclass(frozen=True)
class Reject:
    """A photo that can't be indexed."""

    product_id: str
    path: Path
    reason: str


@dataclass
class Inventory:
    """Products and photos in catalogue order; row r of the index will be photo r."""

    products: list[Product] = field(default_factory=list)  # without their photos, each with at least one usable photo
    photo_product: list[int] = field(default_factory=list)  # for each photo the position of its product
    photo_sha256: list[str] = field(default_factory=list)
    photo_path: list[Path] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def refuse_empty(self, rejects_file: Path | None = None) -> None:
        """Raise EmptyCatalogError where there is no product; it names the rejects."""
        if not self.products:
            rejected = f" {len(self.rejects):,} photos were rejected" if self.rejects else ""
            where = f", see {rejects_file}." if rejects_file else "."
            raise EmptyCatalogError(NO_PRODUCTS + (rejected and rejected + where))

    def without(self, unusable: dict[str, str]) -> "Inventory":
        """The inventory less photos (sha256 -> reason) that turned out unusable, and products left with none."""
        if not unusable:
            return self
        left = Inventory(rejects=list(self.rejects))
        for position, sha256, path in zip(self.photo_product, self.photo_sha256, self.photo_path, strict=True):
            product = self.products[position]
            if sha256 in unusable:
                left.rejects.append(Reject(product.product_id, path, unusable[sha256]))
            else:
                left.add(product, sha256, path)
        return left

    def add(self, product: Product, sha256: str, path: Path) -> None:
        """One more photo; a product's photos come one after the other."""
        if not self.products or self.products[-1].product_id != product.product_id:
            self.products.append(product)
        self.photo_product.append(len(self.products) - 1)
        self.photo_sha256.append(sha256)
        self.photo_path.append(path)


def take_inventory(catalog: Catalog, *, full: bool = False, progress: bool = True) -> Inventory:
    """Look at every photo file; fingerprint those that changed since they were imported, and tell the catalogue.

    Args:
        catalog: what the shop sells.
        full: fingerprint all files, as one may have been replaced by another of the same size and time.
        progress: show a bar.
    """
    inventory = Inventory()
    changed: list[tuple[int, PhotoFacts, int]] = []
    total = catalog.counts().products
    with ThreadPoolExecutor() as pool, tqdm(total=total, unit="product", desc="looking", disable=not progress) as bar:
        batch: list[Product] = []
        for product in catalog.iter_products():
            batch.append(product)
            if len(batch) == 1000:
                _look(batch, pool, inventory, changed, full)
                bar.update(len(batch))
                batch = []
        _look(batch, pool, inventory, changed, full)
        bar.update(len(batch))
    catalog.refresh_photos(changed)
    return inventory


def _look(
    batch: list[Product],
    pool: ThreadPoolExecutor,
    inventory: Inventory,
    changed: list[tuple[int, PhotoFacts, int]],
    full: bool,
) -> None:
    photos = [(product, photo) for product in batch for photo in product.photos]
    look = partial(_look_at, full=full)
    for (product, photo), found in zip(photos, pool.map(look, [photo for _, photo in photos]), strict=True):
        if isinstance(found, str):
            inventory.rejects.append(Reject(product.product_id, photo.path, found))
            continue
        if found is not None:
            changed.append((photo.photo_id, *found))
        inventory.add(product, found[0].sha256 if found else photo.sha256, photo.path)


def _look_at(photo: Photo, *, full: bool) -> tuple[PhotoFacts, int] | str | None:
    """The new facts of a changed file, why it can't be used, or None where all is as it was."""
    try:
        status = photo.path.stat()
        same = (status.st_size, status.st_mtime_ns) == (photo.size_bytes, photo.mtime_ns)
        if same and not full:
            return None
        facts = inspect_photo(photo.path)
        return None if same and facts.sha256 == photo.sha256 else (facts, status.st_mtime_ns)
    except OSError as error:
        return f"The photo can't be read: {error.strerror or error}."
    except PhotoError as error:
        return str(error)
