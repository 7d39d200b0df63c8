"""The demo boutique on disk: photos, shopper photos and their tables, drawn once and finished after an interruption."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from catalog.demo.assortment import plan_assortment
from catalog.demo.designs import DemoProduct
from catalog.demo.spanish import translate_description, translate_title
from catalog.demo.street import take_shopper_photo
from catalog.demo.studio import take_photo, take_second_photo
from catalog.errors import DemoError
from catalog.spreadsheets import csv_line

RENDERER_VERSION = 1  # raise it when any pixel changes: finished boutiques are then drawn again

_STUDIO_QUALITY = 87
_DONE = "demo.json"  # written last: its presence says that the boutique is complete
_BEGUN = ".demo-begun.json"
_FOLDERS = ("photos", "shopper")
_TABLES = ("products.csv", "shopper.csv")
_PRODUCT_COLUMNS = (
    "product_id", "category", "title", "image", "images", "group_id", "gender", "colour", "price", "currency",
    "in_stock", "description", "title_es", "description_es",
)  # fmt: skip
_SHOPPER_COLUMNS = ("photo", "product_id", "group_id", "category")


@dataclass(frozen=True)
class DemoCounts:
    """How much the boutique holds: products, studio photos of them, and shopper photos."""

    products: int
    photos: int
    shopper_photos: int


def render_demo(directory: Path, *, seed: int = 7, processes: int | None = None, progress: bool = True) -> DemoCounts:
    """The demo boutique in `directory`, drawn where it is missing.

    A finished boutique of the same seed returns at once; an interrupted one is finished; one of another seed or of an
    older renderer is drawn again, and its files that no longer belong are removed.

    Args:
        directory: where `products.csv`, `shopper.csv`, `photos/` and `shopper/` go; made if missing.
        seed: same seed, same files, byte for byte.
        processes: how many draw at the same time; None takes one per core.
        progress: whether to show a progress bar.

    Returns:
        What the boutique holds.

    Raises:
        DemoError: the directory can't be made or written, or holds files of the same names that no boutique left there.
    """
    return render_assortment(plan_assortment(seed), directory, seed=seed, processes=processes, progress=progress)


def render_assortment(
    products: Sequence[DemoProduct], directory: Path, *, seed: int, processes: int | None = None, progress: bool = True
) -> DemoCounts:
    """As `render_demo`, for any products."""
    directory = Path(directory)
    counts = DemoCounts(len(products), 2 * len(products), sum(product.has_shopper_photo for product in products))
    stamp = {"seed": seed, "version": RENDERER_VERSION, **asdict(counts)}
    with _clear_errors(directory):
        _prepare(directory, stamp)
        expected = [path for product in products for path in _paths(product)]
        if _is_finished(directory, stamp, expected):
            return counts
        _remove_strangers(directory, set(expected))
        waiting = [product for product in products if not all((directory / path).exists() for path in _paths(product))]
        _draw_all(waiting, directory, seed, processes or os.cpu_count() or 1, progress)
        _write_tables(products, directory)
        _write(directory / _DONE, json.dumps(stamp, indent=2).encode() + b"\n")
        (directory / _BEGUN).unlink(missing_ok=True)
    return counts


def _is_finished(directory: Path, stamp: dict[str, int], expected: Sequence[str]) -> bool:
    """Whether all files of a boutique are there, and its table has the columns of today."""
    if _read_stamp(directory / _DONE) != stamp or not all((directory / one).exists() for one in (*_TABLES, *expected)):
        return False
    with (directory / "products.csv").open(encoding="utf-8", errors="replace") as table:
        return table.readline() == csv_line(_PRODUCT_COLUMNS, end="\n")


def draw_product(product: DemoProduct, directory: Path, seed: int) -> str:
    """Draw those photos of `product` that `directory` lacks; returns its id."""
    for path in _paths(product):
        target = directory / path
        if target.exists():
            continue
        quality = _STUDIO_QUALITY
        if path == product.photo:
            image = take_photo(product, seed)
        elif path == product.second_photo:
            image = take_second_photo(product, seed)
        else:
            image, quality = take_shopper_photo(product, seed)
        _write(target, _jpeg(image, quality))
    return product.product_id


def _paths(product: DemoProduct) -> list[str]:
    paths = [product.photo, product.second_photo]
    return [*paths, product.shopper_photo] if product.has_shopper_photo else paths


def _draw_all(products: Sequence[DemoProduct], directory: Path, seed: int, processes: int, progress: bool) -> None:
    with tqdm(total=len(products), desc="Drawing the boutique", unit="product", disable=not progress) as bar:
        if processes == 1 or len(products) < 2:
            for product in products:
                draw_product(product, directory, seed)
                bar.update()
            return
        # Fresh processes: forking one that runs threads (tqdm's, TensorFlow's) may deadlock.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(processes, len(products)), mp_context=context) as pool:
            jobs = [pool.submit(draw_product, product, directory, seed) for product in products]
            try:
                for job in as_completed(jobs):
                    job.result()
                    bar.update()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _prepare(directory: Path, stamp: dict[str, int]) -> None:
    """Make the folders; start afresh unless what is there was drawn for the same stamp."""
    if directory.exists() and not directory.is_dir():
        raise DemoError(f"{directory} is a file, but the demo boutique needs a directory: give another name")
    ours = (directory / _DONE).exists() or (directory / _BEGUN).exists()
    taken = [name for name in (*_FOLDERS, *_TABLES) if (directory / name).exists()]
    if taken and not ours:
        raise DemoError(
            f"{directory} already holds {' and '.join(taken)}, which the demo boutique did not put there; "
            "give a new directory or move them away"
        )
    for name in _FOLDERS:
        (directory / name).mkdir(parents=True, exist_ok=True)
    if stamp not in (_read_stamp(directory / _DONE), _read_stamp(directory / _BEGUN)):
        _remove_strangers(directory, set())
        _write(directory / _BEGUN, json.dumps(stamp).encode())
        (directory / _DONE).unlink(missing_ok=True)


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _remove_strangers(directory: Path, expected: set[str]) -> None:
    """Remove photos that the assortment doesn't name, half-written ones included."""
    for folder in _FOLDERS:
        for path in (directory / folder).iterdir():
            if path.suffix in (".jpg", ".part") and f"{folder}/{path.name}" not in expected:
                path.unlink()


def _write_tables(products: Sequence[DemoProduct], directory: Path) -> None:
    rows = [
        (
            p.product_id, p.design.category, p.title, p.photo, p.second_photo, p.design.group_id, p.design.gender,
            p.colour.name, f"{p.design.price_cents / 100:.2f}", "EUR", str(p.in_stock).lower(), p.design.description,
            translate_title(p.title), translate_description(p.design.description),
        )
        for p in products
    ]  # fmt: skip
    _write(directory / "products.csv", _csv(_PRODUCT_COLUMNS, rows))
    truth = [
        (p.shopper_photo, p.product_id, p.design.group_id, p.design.category) for p in products if p.has_shopper_photo
    ]
    _write(directory / "shopper.csv", _csv(_SHOPPER_COLUMNS, truth))


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return "".join(csv_line(cells, end="\n") for cells in (columns, *rows)).encode()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality)
    return data.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


@contextmanager
def _clear_errors(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise DemoError(
            f"can't write the demo boutique to {directory}: {reason}; give a directory that you may write"
        ) from error
