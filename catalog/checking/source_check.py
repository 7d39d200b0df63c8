"""The check itself: it reads a source as an import does, opens some of its photos, and writes nothing."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from catalog.browsing.public_attributes import is_descriptive
from catalog.checking.observations import Observations
from catalog.checking.results import Example, SourceCheck
from catalog.downloads.photo_downloads import PhotoDownloads
from catalog.downloads.photo_store import PhotoStore
from catalog.downloads.settings import DownloadSettings, web_photos_dir
from catalog.errors import DownloadError, MissingColumnError, SourceError
from catalog.feeds import Feed, FeedOptions, FeedRow, is_idx, list_columns, open_feed
from catalog.feeds.columns import UNDERSTOOD, suggest_mapping
from catalog.feeds.formats.registry import TABLE_FORMAT, find_format
from catalog.feeds.idx import TITLE as IDX_TITLE
from catalog.importing.photo_inspection import SoundPhoto, count_threads, inspect_files
from catalog.importing.row_merging import merged_rows, survey_feed
from catalog.importing.web_sources import locate_source
from catalog.storage.batches import IDS_PER_QUERY, in_batches

PHOTOS_OPENED = 5000  # spread evenly over the source
PHOTOS_DOWNLOADED = 40
PATIENCE_SECONDS = 60.0  # for photos; what isn't opened by then is left out, and the check says so
SAMPLES = 12


def check_source(
    source: Path | str,
    mapping: Mapping[str, str] | None = None,
    options: FeedOptions | None = None,
    *,
    progress: bool = True,
) -> SourceCheck:
    """What an import of a source would do, and what is wrong with it or missing in it.

    Args:
        source: as for ``import_source``.
        mapping: field -> column. Where a table lacks needed columns, those with similar names are taken, and the check
            says which.
        options: as for ``import_source``; None also takes photos on the web.
        progress: whether to show progress bars where there is a terminal.

    Raises:
        DownloadError: the source is on the web and can't be downloaded.
        SettingError: a setting of downloads can't be used.
    """
    started = time.monotonic()
    hide = None if progress else True
    settings = DownloadSettings.read()
    located = locate_source(source, settings, hide_progress=hide)
    check = SourceCheck(located.name, mapping=dict(mapping or {}))
    try:
        feed = _open(located.path, check, located.complete(options or FeedOptions(web_photos=True)))
        _read(feed, check, settings, hide)
    except DownloadError:
        raise
    except SourceError as error:
        check.problem = str(error)
    check.seconds = round(time.monotonic() - started, 1)
    return check


def _open(path: Path, check: SourceCheck, options: FeedOptions) -> Feed:
    """The feed of a source, by a guessed mapping if it has none that fits."""
    if is_idx(path, check.mapping, options):
        check.format = IDX_TITLE
        return open_feed(path, check.mapping, options)
    if path.is_dir():
        check.format = "a folder with one folder per class"
        return open_feed(path, check.mapping, options)
    known = find_format(path, TABLE_FORMAT if check.mapping else options.format) if path.exists() else None
    check.format = known.title if known else "a table"
    if known is None and path.exists():
        check.columns = list_columns(path, check.mapping)
    try:
        feed = open_feed(path, check.mapping, options)
    except MissingColumnError:
        guessed = suggest_mapping(check.columns, check.mapping)
        if not guessed:
            raise
        check.mapping |= guessed
        check.guessed = list(guessed)
        feed = open_feed(path, check.mapping, replace(options, format=None))
    if check.columns:
        check.mapping |= {name: name for name in UNDERSTOOD if name in check.columns and name not in check.mapping}
    return feed


def _read(feed: Feed, check: SourceCheck, settings: DownloadSettings, hide: bool | None) -> None:
    survey = survey_feed(feed, hide_progress=hide)
    seen = Observations()
    check.photos, check.web_photos = survey.photos, survey.web_photos
    with (
        PhotoDownloads(PhotoStore(web_photos_dir()), f"check of {check.source}", settings) as downloads,
        ThreadPoolExecutor(count_threads()) as executor,
        tqdm(total=survey.photos, desc="Checking", unit=" photos", disable=hide) as bar,
    ):
        photos = _PhotoChecks(seen, downloads, executor, survey.photos - survey.web_photos, survey.web_photos)
        for batch in in_batches(merged_rows(feed, survey), IDS_PER_QUERY):
            for item in batch:
                seen.note_row(item)
            rows = [item for item in batch if isinstance(item, FeedRow)]
            photos.check(rows, check)
            bar.update(sum(len(row.photos) for row in rows))
    check.products, check.photos_opened = seen.products, seen.opened
    check.categories = dict(seen.categories.most_common())
    check.public = sorted(filter(is_descriptive, seen.attributes))
    check.private = sorted(name for name in seen.attributes if not is_descriptive(name))
    check.findings = seen.findings()
    check.notes = [*feed.notes, *survey.remarks(survey.choose_spellings({}))]
    if check.web_photos and not seen.opened:
        check.notes.append("No photo could be downloaded, so nothing is known of them.")


class _PhotoChecks:
    """Opens photos, spread evenly over a source."""

    def __init__(
        self, seen: Observations, downloads: PhotoDownloads, executor: ThreadPoolExecutor, files: int, web: int
    ) -> None:
        self._seen = seen
        self._downloads = downloads
        self._executor = executor
        self._files = _Spread(files, PHOTOS_OPENED)
        self._web = _Spread(web, PHOTOS_DOWNLOADED)
        self._samples = _Spread(min(files, PHOTOS_OPENED) + min(web, PHOTOS_DOWNLOADED), SAMPLES)
        self._ends_at = time.monotonic() + PATIENCE_SECONDS

    def check(self, rows: list[FeedRow], check: SourceCheck) -> None:
        """Open some of the photos of some rows, and keep a few rows as samples."""
        if time.monotonic() > self._ends_at:
            return
        chosen = list(self._choose(rows))
        inspected = inspect_files(dict.fromkeys(path for _, _, path in chosen), {}, self._executor)
        outcomes = dict(inspected)
        for row, name, path in chosen:
            outcome = outcomes[path]
            if isinstance(outcome, SoundPhoto):
                self._seen.note_photo(row, outcome.path, outcome.sha256, outcome.width, outcome.height)
                if self._samples.takes_next():
                    product = row.product
                    text = ", ".join(filter(None, (product.name, product.category, product.colour)))
                    check.samples.append(Example(row.row, product.product_id, text, outcome.path))
            else:
                self._seen.note_bad_photo(row, name, outcome)

    def _choose(self, rows: list[FeedRow]) -> Iterator[tuple[FeedRow, str, Path]]:
        """Row, the photo's name in the source, and its file."""
        web: dict[str, FeedRow] = {}
        for row in rows:
            for photo in row.photos:
                if isinstance(photo, Path):
                    if self._files.takes_next():
                        yield row, str(photo), photo
                elif self._web.takes_next():
                    web[photo.address] = row
        for address, download in self._downloads.fetch_all(web):
            if download.path is None:
                self._seen.note_bad_photo(web[address], address, download.problem)
            else:
                yield web[address], address, download.path


class _Spread:
    """Chooses a number of things evenly from a larger number."""

    def __init__(self, total: int, wanted: int) -> None:
        self._total, self._wanted, self._at = max(total, 1), wanted, 0

    def takes_next(self) -> bool:
        """Whether the next thing is one of those that are wanted."""
        before, self._at = self._at, self._at + 1
        if self._total <= self._wanted:
            return True
        return before * self._wanted // self._total != self._at * self._wanted // self._total
