"""Where the files of the app lie: one value, made with the app, so that nothing asks the environment later."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

import search.settings
from catalog.settings import sent_photos_dir
from search.model_quality.catalog_evaluation import EVALUATIONS


@dataclass(frozen=True)
class AppPaths:
    """A data directory with what lies in it, and the model in use. All paths are absolute; none need exist yet."""

    home: Path
    bundle: Path
    database_url: str  # the catalogue's, as SQLAlchemy reads it

    @classmethod
    def below(cls, home: Path | None = None) -> "AppPaths":
        """The paths of a data directory, by default that of ``VITRINA_HOME``.

        The model is that of ``VITRINA_BUNDLE`` or the shipped one; the database that of ``VITRINA_DATABASE_URL``, or an
        SQLite file in the data directory.
        """
        home = (home or search.settings.home_dir()).absolute()
        own = URL.create("sqlite", database=str(home / "catalog.db")).render_as_string(hide_password=False)
        return cls(home, search.settings.bundle_dir(), os.environ.get("VITRINA_DATABASE_URL") or own)

    @property
    def index(self) -> Path:
        """Where snapshots are published."""
        return self.home / "index"

    @property
    def thumbnails(self) -> Path:
        """Scaled copies of the catalogue's photos."""
        return self.home / "cache" / "thumbnails"

    @property
    def product_photos(self) -> Path:
        """Photos of products that programs have sent."""
        return sent_photos_dir(self.home)

    @property
    def query_photos(self) -> Path:
        """Shoppers' photos, for as long as their results can be refined."""
        return self.home / "cache" / "asked"

    @property
    def event_photos(self) -> Path:
        """Shoppers' photos that the shop keeps with its search events."""
        return self.home / "asked-photos"

    @property
    def rejects(self) -> Path:
        """The tables of what imports and builds couldn't use."""
        return self.home / "rejects"

    @property
    def warnings(self) -> Path:
        """The tables of values that imports couldn't understand or weren't sure of."""
        return self.home / "warnings"

    @property
    def evaluations(self) -> Path:
        """What the evaluations of the model on the catalogue found."""
        return self.home / EVALUATIONS

    @property
    def jobs(self) -> Path:
        """The lock, the logs and the reports of jobs."""
        return self.home / "jobs"
