"""The import of a source: it reads the rows, checks the photos, then writes everything in one transaction."""

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from catalog.curation.source_links import write_source_links
from catalog.downloads.photo_downloads import PhotoDownloads
from catalog.downloads.photo_store import PhotoStore
from catalog.downloads.settings import DownloadSettings, web_photos_dir
from catalog.errors import NothingUsableError, SourceError
from catalog.feeds import Feed, FeedOptions, FeedRow, Reject, open_feed
from catalog.importing.import_report import ImportReport
from catalog.importing.photo_gathering import PhotoGathering
from catalog.importing.photo_inspection import Spool
from catalog.importing.product_writer import ProductWriter
from catalog.importing.pruning import DEFAULT_LIMIT, Disappearance, Obstacle, PruneLimit, find_obstacle
from catalog.importing.rejects_file import RejectsFile, WarningsFile
from catalog.importing.row_merging import Survey, merged_rows, survey_feed
from catalog.importing.web_sources import clean_downloads, locate_source
from catalog.products import source_exists
from catalog.repository import Catalog
from catalog.settings import unpacked_photos_dir
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.statistics import gather_statistics
from search.settings import home_dir


@dataclass(frozen=True)
class _Gathered:
    """What a source gave, before anything of it is written."""

    feed: Feed
    survey: Survey
    spool: Spool
    rejects: RejectsFile


def import_source(
    catalog: Catalog,
    source: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    options: FeedOptions | None = None,
    prune: bool = False,
    prune_limit: PruneLimit = DEFAULT_LIMIT,
    full: bool = False,
    progress: bool = True,
) -> ImportReport:
    """Bring the catalogue up to date with a folder, a table, an export or a feed on the web.

    A bad row or photo is counted and listed in the rejects file. If a product has no sound photo, the catalogue keeps
    the product as it was. An optional value that can't be understood counts as not given and is listed as a warning.
    All writes happen in one transaction at the end, so that an interrupted import leaves the
    catalogue as it was.

    Args:
        catalog: the catalogue to write to.
        source: a folder with one folder per class, a table, a platform's export, or the web address of one of the
            latter two (docs/feeds.md).
        mapping: field -> column, where a table's names differ from ours.
        options: the format of the source, the folder of its photos, and what else it doesn't say itself.
        prune: whether to remove products that came from this source and that it no longer lists. Nothing is removed
            while a row or folder can't be read in full, or if a class would be emptied; the report says so.
        prune_limit: how many products may be removed; if more seem to be gone, none is removed.
        full: whether to open all photos, as one may have been replaced by another of the same size and time.
        progress: whether to show progress bars where there is a terminal.

    Returns:
        The numbers of changes and of rejects.

    Raises:
        SourceError: the source can't be used as a whole; ``catalog.errors`` lists the reasons.
        DatabaseLockedError: another import is writing.
    """
    started = time.monotonic()
    hide_progress = None if progress else True
    _refuse_lost_source(catalog, source)
    settings = DownloadSettings.read()
    located = locate_source(source, settings, hide_progress=hide_progress)
    feed = open_feed(located.path, mapping or {}, located.complete(options))
    survey = survey_feed(feed, hide_progress=hide_progress, may_be_empty=prune)
    spellings = survey.choose_spellings(catalog.categories())
    report = ImportReport(located.name, pruning=prune)
    stage = "Downloading photos" if survey.web_photos else "Checking photos"
    with (
        RejectsFile(located.name) as rejects,
        WarningsFile(located.name) as warnings,
        Spool() as spool,
        # Until all is written: an import that ends meanwhile would tidy away the photos that no product has yet.
        PhotoDownloads(PhotoStore(web_photos_dir()), located.name, settings) as downloads,
    ):
        with tqdm(total=survey.photos, desc=stage, unit=" photos", disable=hide_progress) as bar:
            rows = _note_warnings(merged_rows(feed, survey, spellings), warnings)
            gathering = PhotoGathering(catalog, downloads, rejects, warnings, bar, full=full)
            for product, photos in gathering.sound_products(rows):
                spool.append(product, photos)
        if not spool.products and not survey.empty:
            raise NothingUsableError(_describe_nothing(feed, rejects))
        _write(catalog, _Gathered(feed, survey, spool, rejects), report, prune_limit, hide_progress=hide_progress)
        report.photos = spool.photos
    if survey.web_photos or web_photos_dir().is_dir() or unpacked_photos_dir().is_dir():
        clean_downloads(catalog, home_dir())
    report.downloads = downloads.counts
    report.add_rejects(rejects, warnings)
    report.repeated_rows = survey.repeated_rows
    report.notes = feed.notes + survey.remarks(spellings) + report.notes
    report.seconds = time.monotonic() - started
    return report


def _write(
    catalog: Catalog, gathered: _Gathered, report: ImportReport, prune_limit: PruneLimit, *, hide_progress: bool | None
) -> None:
    """Write everything in one transaction, and into the report what was written."""
    feed, survey, rejects = gathered.feed, gathered.survey, gathered.rejects
    with catalog.database.writing() as connection:
        writer = ProductWriter(connection, report.location)
        _write_products(writer, gathered.spool, rejects, hide_progress=hide_progress)
        report.hidden = writer.hide(feed.left_out)
        writer.note_rejects(rejects.rows, rejects.photos)
        _settle_gone(writer, gathered, report, prune_limit)
        if survey.empty and not report.removed:
            raise NothingUsableError(_describe_empty(feed, report))
        write_source_links(connection, report.location)
        report.kept = writer.count_known(rejects.product_ids)
        report.add_writes(writer)
        gather_statistics(connection)


def _write_products(writer: ProductWriter, spool: Spool, rejects: RejectsFile, *, hide_progress: bool | None) -> None:
    """Write what was gathered; a product that is written after all doesn't count as rejected."""
    waiting = tqdm(spool, desc="Writing", total=spool.products, unit=" products", disable=hide_progress)
    for batch in in_batches(waiting, IDS_PER_QUERY):
        writer.apply(batch)
        rejects.product_ids.difference_update(product.product_id for product, _ in batch)


def _refuse_lost_source(catalog: Catalog, source: Path | str) -> None:
    """Raise SourceError if a source that was imported before doesn't exist any more: its products can be removed."""
    location = os.path.abspath(source)  # noqa: PTH100 (as feeds do: Path.resolve would follow a "current" link)
    known = {} if source_exists(str(source)) else {one.location: one.products for one in catalog.sources()}
    if known.get(location):
        raise SourceError(
            f"{source} doesn't exist any more; nothing was changed. "
            f"To remove its {known[location]:,} products: python -m catalog forget {source}"
        )


def _note_warnings(rows: Iterable[FeedRow | Reject], warnings: WarningsFile) -> Iterator[FeedRow | Reject]:
    """The rows as they come, with their warnings written to the file."""
    for item in rows:
        if isinstance(item, FeedRow):
            for warning in item.warnings:
                warnings.add(Reject(item.row, item.product.product_id, "", warning.text, field=warning.field))
        yield item


def _settle_gone(writer: ProductWriter, gathered: _Gathered, report: ImportReport, limit: PruneLimit) -> None:
    """Remove or count the products that the source no longer lists.

    Nothing is removed on a guess: a row that can't be read may be one of these products, and a source that has lost
    much of what it had may be damaged.
    """
    feed = gathered.feed
    gone = writer.find_gone(gathered.survey.mentions)
    report.elsewhere = writer.count_elsewhere()
    report.gone = len(gone)
    if not report.pruning or not gone:
        return
    found = Disappearance(Counter(gone.values()), writer.count_owned(), report.elsewhere, feed.empty_classes)
    report.obstacle = _find_doubt(feed, gathered.rejects, len(gone)) or find_obstacle(found, limit)
    if report.obstacle is None:
        writer.remove(gone)
        report.removed, report.gone = len(gone), 0
    elif report.obstacle.can_be_confirmed:
        report.held_back = list(gone)


def _find_doubt(feed: Feed, rejects: RejectsFile, gone: int) -> Obstacle | None:
    """What of the source couldn't be read in full, so that it proves nothing gone; None if all could."""
    products = f"{gone:,} product" if gone == 1 else f"{gone:,} products"
    if rejects.nameless:
        count = f"{rejects.nameless:,} reject" if rejects.nameless == 1 else f"{rejects.nameless:,} rejects"
        return Obstacle(
            f"Nothing was pruned: {count} without a readable product_id may be among the {products} that seem to be "
            "gone. Correct the source and import again."
        )
    if feed.incomplete:
        return Obstacle(f"Nothing was pruned: {feed.incomplete} Export it again; {products} seem to be gone.")
    return None


def _describe_empty(feed: Feed, report: ImportReport) -> str:
    message = f"{feed.location} holds no products; nothing was imported."
    if report.obstacle is None:
        return message
    return f"{message} {report.obstacle.reason} To remove the source: python -m catalog forget {feed.location}"


def _describe_nothing(feed: Feed, rejects: RejectsFile) -> str:
    first = rejects.first[0]
    place = f"row {first.row}" if first.row is not None else first.file or "a folder"
    return (
        f"Nothing in {feed.location} can be used: {rejects.rows:,} rows and {rejects.photos:,} photos were rejected, "
        f"the first ({place}) because: {first.reason} All of them are listed in {rejects.path}. Nothing was changed."
    )
