"""The import of a source: it reads the rows, checks the photos, then writes everything in one transaction."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from catalog.errors import NothingUsableError
from catalog.feeds import Feed, FeedRow, Reject, open_feed
from catalog.importing.import_report import ImportReport
from catalog.importing.photo_inspection import SoundPhoto, Spool, count_threads, inspect_files
from catalog.importing.product_writer import ProductWriter
from catalog.importing.rejects_file import RejectsFile
from catalog.importing.row_merging import Survey, merged_rows, survey_feed
from catalog.products import Photo, Product
from catalog.repository import Catalog
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import load_photos
from catalog.storage.statistics import gather_statistics


def import_source(
    catalog: Catalog,
    source: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    prune: bool = False,
    progress: bool = True,
) -> ImportReport:
    """Bring the catalogue up to date with a folder or a table.

    A bad row or photo is counted and listed in the rejects file. If a product has no sound photo, the catalogue keeps
    the product as it was. All writes happen in one transaction at the end, so that an interrupted import leaves the
    catalogue as it was.

    Args:
        catalog: the catalogue to write to.
        source: a folder with one folder per class, or a CSV, TSV, JSON Lines or Parquet table.
        mapping: field -> column, where a table's names differ from ours.
        prune: whether to remove products that came from this source and that it no longer lists.
        progress: whether to show progress bars where there is a terminal.

    Returns:
        The numbers of changes and of rejects.

    Raises:
        SourceError: the source can't be used as a whole; ``catalog.errors`` lists the reasons.
        DatabaseLockedError: another import is writing.
    """
    started = time.monotonic()
    hide_progress = None if progress else True
    feed = open_feed(source, mapping or {})
    survey = survey_feed(feed, hide_progress=hide_progress)
    report = ImportReport(feed.location, pruning=prune)
    with RejectsFile(feed.location) as rejects, Spool() as spool:
        with tqdm(total=survey.photos, desc="Checking photos", unit=" photos", disable=hide_progress) as bar:
            for product, photos in _sound_products(catalog, merged_rows(feed, survey), rejects, bar):
                spool.append(product, photos)
        if not spool.products:
            raise NothingUsableError(_describe_nothing(feed, rejects))
        with catalog.database.writing() as connection:
            writer = ProductWriter(connection, str(feed.location))
            waiting = tqdm(spool, desc="Writing", total=spool.products, unit=" products", disable=hide_progress)
            for batch in in_batches(waiting, IDS_PER_QUERY):
                writer.apply(batch)
                rejects.product_ids.difference_update(product.product_id for product, _ in batch)
            writer.note_rejects(rejects.rows, rejects.photos)
            _settle_gone(writer, survey, report)
            report.kept = writer.count_known(rejects.product_ids)
            gather_statistics(connection)
        report.added, report.updated, report.unchanged = writer.added, writer.updated, writer.unchanged
        report.corrected, report.superseded = writer.corrected, writer.superseded
        report.photos = spool.photos
    report.add_rejects(rejects)
    report.repeated_rows = survey.repeated_rows
    report.notes = feed.notes
    report.seconds = time.monotonic() - started
    return report


def _sound_products(
    catalog: Catalog, rows: Iterable[FeedRow | Reject], rejects: RejectsFile, bar: "tqdm[NoReturn]"
) -> Iterator[tuple[Product, list[SoundPhoto]]]:
    """The products that have a sound photo, with all their sound photos; all other rows and photos become rejects."""
    with ThreadPoolExecutor(count_threads()) as executor:
        for batch in in_batches(rows, IDS_PER_QUERY):
            found = {}
            feed_rows = [item for item in batch if isinstance(item, FeedRow)]
            for path, outcome in inspect_files(_distinct_paths(feed_rows), _known_photos(catalog, feed_rows), executor):
                found[path] = outcome
                bar.update()
            for item in batch:
                if isinstance(item, Reject):
                    rejects.add(item)
                    continue
                sound = []
                for path in item.photos:
                    outcome = found[path]
                    if isinstance(outcome, SoundPhoto):
                        sound.append(outcome)
                    else:
                        rejects.add(Reject(item.row, item.product.product_id, str(path), outcome))
                if sound:
                    yield item.product, sound


def _distinct_paths(rows: Iterable[FeedRow]) -> Iterable[Path]:
    return dict.fromkeys(path for row in rows for path in row.photos)


def _known_photos(catalog: Catalog, rows: Iterable[FeedRow]) -> dict[Path, Photo]:
    """Path -> photo, of the photos that the catalogue already has of these products."""
    with catalog.database.reading() as connection:
        photos = load_photos(connection, [row.product.product_id for row in rows])
    return {photo.path: photo for ours in photos.values() for photo in ours}


def _settle_gone(writer: ProductWriter, survey: Survey, report: ImportReport) -> None:
    """Remove or count the products that the source no longer lists.

    Nothing is removed if some reject has no readable product id, as it may be one of these products.
    """
    gone = writer.find_gone(survey.mentions)
    report.nameless_rejects = survey.nameless_rejects
    report.elsewhere = writer.count_elsewhere()
    if report.pruning and not survey.nameless_rejects:
        writer.remove(gone)
        report.removed = len(gone)
    else:
        report.gone = len(gone)


def _describe_nothing(feed: Feed, rejects: RejectsFile) -> str:
    first = rejects.first[0]
    place = f"row {first.row}" if first.row is not None else first.file or "a folder"
    return (
        f"Nothing in {feed.location} can be used: {rejects.rows:,} rows and {rejects.photos:,} photos were rejected, "
        f"the first ({place}) because: {first.reason} All of them are listed in {rejects.path}. Nothing was changed."
    )
