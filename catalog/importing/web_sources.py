"""Sources and photos on the web, as imports use them: where they come from, and what becomes of them afterwards."""

import logging
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from catalog.downloads.settings import DownloadSettings, web_feeds_dir
from catalog.feeds import FeedOptions
from catalog.importing.kept_options import KeptOptions
from catalog.importing.sent_photos import remove_unused_photos
from catalog.importing.sent_sources import is_sent_source, remove_unused_sources
from catalog.importing.unpacked_photos import remove_unpacked
from catalog.products import is_web_source
from catalog.repository import Catalog
from catalog.settings import sent_photos_dir, unpacked_photos_dir
from catalog.storage.photo_uses import used_fingerprints

_log = logging.getLogger("catalog.importing")


@dataclass(frozen=True)
class LocatedSource:
    """A source with the name by which the catalogue knows it."""

    name: str  # absolute path, or web address
    path: Path  # what is read

    def complete(self, options: FeedOptions | None) -> FeedOptions:
        """What is said of the source, with what is known of where it came from."""
        return replace(options or FeedOptions(), from_web=is_web_source(self.name))


def locate_source(
    source: Path | str, settings: DownloadSettings, *, hide_progress: bool | None = None
) -> LocatedSource:
    """Where a source can be read; one on the web is downloaded, if it has changed since the last time.

    Raises:
        DownloadError: it can't be downloaded.
    """
    if is_web_source(str(source)):
        address = str(source).strip()
        from catalog.downloads.feed_downloads import download_feed  # what downloads is loaded where something is

        return LocatedSource(address, download_feed(address, web_feeds_dir(), settings, hide_progress=hide_progress))
    return LocatedSource(os.path.abspath(source), Path(source))  # noqa: PTH100 (Path.resolve would follow a link)


def clean_downloads(catalog: Catalog, home: Path, forgotten: str | None = None) -> int:
    """Delete photos and sent files that nobody needs any more; return how many of the photos were downloaded.

    Args:
        catalog: the catalogue.
        home: the data directory.
        forgotten: a source that was removed; its downloaded file, and what was said of it, go as well.
    """
    if forgotten is not None and is_web_source(forgotten):
        from catalog.downloads.feed_downloads import forget_feed

        forget_feed(forgotten, home / web_feeds_dir().name)
    if forgotten is not None and is_sent_source(forgotten, home):
        Path(forgotten).unlink(missing_ok=True)
    if forgotten is not None:
        KeptOptions(home).forget(forgotten)
    remove_unpacked(catalog, home / unpacked_photos_dir().name)
    remove_unused_photos(catalog, sent_photos_dir(home))
    remove_unused_sources(catalog, home)
    from catalog.downloads.photo_store import PhotoStore

    store = PhotoStore(home / "web-photos")
    try:
        return store.remove_unused(partial(used_fingerprints, catalog.database))
    except OSError as error:  # what is to be said is that the import, or the removal, has been done
        _log.warning("Downloaded photos that no product has any more stay for now: %s", error.strerror or error)
        return 0
    finally:
        store.close()
