"""The objects of the running app. Pages, API and studio reach them here, and nowhere else.

``create_app`` makes the objects once for each process. A view asks for them during a request:

    services().catalog.product(product_id)
"""

from dataclasses import dataclass

from flask import Flask, current_app

from catalog import Catalog
from catalog.accounts.accounts import AccountStore
from catalog.accounts.sessions import SessionStore
from catalog.accounts.throttle import LoginThrottle
from catalog.browsing.public_attributes import PublicAttributes
from catalog.events.event_writer import EventWriter
from catalog.events.query_photos import QueryPhotoArchive
from catalog.importing.reject_lists import RejectLists
from catalog.jobs.store import JobStore, Launch
from search.model_quality.catalog_evaluation import CatalogEvaluations
from webapp.services.click_pace import ClickPace
from webapp.services.metrics import Metrics
from webapp.services.paths import AppPaths
from webapp.services.product_saving import ProductSaving
from webapp.services.query_photos import QueryPhotos
from webapp.services.recent_counts import RecentCounts
from webapp.services.request_pace import RequestPace
from webapp.services.samples import Sample
from webapp.services.search_places import SearchPlaces
from webapp.services.sent_photo import QueryMemory
from webapp.services.storefront import Storefront
from webapp.services.thumbnails import ThumbnailCache
from webapp.services.word_search import WordSearch

_NAME = "vitrina"


@dataclass
class Services:
    """Everything that an app's views share. A test may replace an object; the app itself never does."""

    paths: AppPaths
    catalog: Catalog
    counts: RecentCounts
    public_attributes: PublicAttributes
    storefront: Storefront
    product_saving: ProductSaving
    thumbnails: ThumbnailCache
    query_photos: QueryPhotos
    samples: tuple[Sample, ...]
    sample_queries: QueryMemory  # what was embedded of the samples
    evaluations: CatalogEvaluations
    rejects: RejectLists
    warnings: RejectLists
    accounts: AccountStore
    sessions: SessionStore
    login_throttle: LoginThrottle
    jobs: JobStore
    launch_job: Launch
    event_days: int  # for how many days events are kept; 0: none is stored
    keeps_photos: bool  # whether shoppers' photos are kept with their search events
    event_photos: QueryPhotoArchive  # those that are kept now, or were earlier
    events: EventWriter | None  # None: no events are stored
    click_pace: ClickPace
    request_pace: RequestPace
    search_places: SearchPlaces
    snapshots_kept: int  # how many indexes stay on disk
    metrics: Metrics
    reserve_address: str | None  # where products are reserved; None: nowhere
    word_search: WordSearch


def provide(app: Flask, objects: Services) -> None:
    """Give an app its objects."""
    app.extensions[_NAME] = objects


def services() -> Services:
    """The objects of the app that answers the current request."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """The objects of an app, for code that runs outside a request."""
    objects: Services = app.extensions[_NAME]
    return objects
