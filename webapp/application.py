"""The app factory: catalogue and index in, a Flask app out."""

from pathlib import Path

from flask import Flask

from catalog import Catalog
from catalog.accounts.accounts import AccountStore
from catalog.accounts.sessions import SessionStore
from catalog.accounts.throttle import LoginThrottle
from catalog.browsing.public_attributes import PublicAttributes
from catalog.changes.change_feed import CatalogChanges
from catalog.events.event_store import EventStore
from catalog.events.event_writer import EventWriter
from catalog.events.query_photos import QueryPhotoArchive
from catalog.importing.reject_lists import RejectLists
from catalog.jobs.store import JobStore
from catalog.settings import event_days, keeps_photos, snapshots_kept
from catalog.storage.deferred_writes import DeferredWrites
from search.live import LiveEngine
from search.model_quality.catalog_evaluation import CatalogEvaluations
from search.photos.decoding_room import ROOM
from search.updates import UpdatedIndex
from webapp import measuring
from webapp.api import catalogue, documentation, exchange, keys, lists, probes, products, storefront, v1
from webapp.http import (
    assets,
    client_address,
    compression,
    cors,
    error_responses,
    etags,
    form_limits,
    host_names,
    languages,
    public_address,
    query_text,
    request_log,
    security,
)
from webapp.http.converters import NumberConverter, ProductIdConverter
from webapp.http.public_messages import PRIVATE_FOLDERS
from webapp.http.vocabulary import use_shop_names
from webapp.services.access import Services, provide, services_of
from webapp.services.click_pace import ClickPace
from webapp.services.metrics import Metrics
from webapp.services.paths import AppPaths
from webapp.services.product_saving import ProductSaving
from webapp.services.query_photos import QueryPhotos, configured_minutes
from webapp.services.recent_counts import RecentCounts
from webapp.services.request_pace import RequestPace, configured_per_minute
from webapp.services.samples import find_samples
from webapp.services.search_places import SearchPlaces
from webapp.services.sent_photo import QueryMemory
from webapp.services.storefront import LiveIndex, Storefront
from webapp.services.thumbnails import ThumbnailCache
from webapp.shop import crawling, events, match_texts, pages, photos, product_facts, product_texts, results
from webapp.shop.reserving import reserve_address
from webapp.studio import form_tokens, layout, session
from webapp.studio.jobs.launching import launcher

# What each request and each answer passes through. They see an answer in the reverse order: the first one sees it last.
_PARTS = (
    *(compression, etags, languages, match_texts, assets, security, cors, error_responses, public_address),
    *(client_address, request_log, measuring, probes, form_limits, keys),
)
_BLUEPRINTS = (
    *(pages.bp, v1.bp, catalogue.bp, products.bp, lists.bp, exchange.bp, documentation.bp),
    *(probes.bp, photos.bp, crawling.bp, events.bp, layout.bp),
)


def create_app(*, catalog: Catalog | None = None, engine: LiveIndex | None = None, home: Path | None = None) -> Flask:
    """The shop, its API and the studio as a WSGI app; it starts without an index, and says so until there is one.

    Args:
        catalog: what the shop sells; by default the database of the settings, or else the one below ``home``.
        engine: what gives the current search engine; by default the index below ``home``, with the settings' bundle.
        home: the data directory, below which the app reads and writes all its files; by default that of the settings.

    Raises:
        CatalogError: the database can't be opened, or a setting makes no sense.
        ServerStartError: the public address of the settings is no origin, or the trusted proxies are no networks.
    """
    paths = AppPaths.below(home)
    app = _make_app(paths)
    provide(app, _open_services(paths, catalog or Catalog.open(paths.database_url, even_if_lost=True), engine))
    for part in _PARTS:
        part.init_app(app)
    storefront.init_app(app)
    product_facts.init_app(app)
    product_texts.init_app(app)
    results.init_app(app)
    session.init_app(app, paths.home)
    form_tokens.init_app(app)
    query_text.init_app(app)
    host_names.init_app(app)
    use_shop_names(app, services_of(app).word_search.category_names.distinct)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _make_app(paths: AppPaths) -> Flask:
    """A bare app: how it writes JSON and templates, and reads addresses."""
    app = Flask("webapp")
    app.config[PRIVATE_FOLDERS] = (paths.home, paths.bundle)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.url_map.merge_slashes = False  # product ids may hold several in a row
    app.url_map.converters.update(product_id=ProductIdConverter, int=NumberConverter)
    return app


def _open_services(paths: AppPaths, catalog: Catalog, engine: LiveIndex | None) -> Services:
    """The objects of an app; raises SettingError if a setting makes no sense."""
    jobs, sign_in_writes = JobStore(catalog.database, paths.jobs), DeferredWrites(catalog.database)
    event_photos = QueryPhotoArchive(paths.event_photos)
    updated = UpdatedIndex(LiveEngine(paths.index, paths.bundle), CatalogChanges(catalog.database))
    storefront = Storefront(catalog, engine or updated)
    counts, rejects = RecentCounts(catalog), RejectLists(paths.rejects)
    sessions = SessionStore(catalog.database, sign_in_writes)
    metrics = Metrics(measuring.gauges_of(storefront, counts, rejects, sessions))
    storefront.observe, ROOM.observe_wait = metrics.observe_search, metrics.observe_decode_wait
    return Services(
        paths=paths,
        catalog=catalog,
        counts=counts,
        public_attributes=PublicAttributes(catalog.database),
        storefront=storefront,
        product_saving=ProductSaving(catalog, updated if engine is None else None, paths.product_photos),
        thumbnails=ThumbnailCache(paths.thumbnails),
        query_photos=QueryPhotos(paths.query_photos, configured_minutes()),
        samples=find_samples(paths.home),
        sample_queries=QueryMemory(),
        evaluations=CatalogEvaluations(paths.evaluations),
        rejects=rejects,
        warnings=RejectLists(paths.warnings),
        accounts=AccountStore(catalog.database),
        sessions=sessions,
        login_throttle=LoginThrottle(catalog.database, writes=sign_in_writes),
        jobs=jobs,
        launch_job=launcher(jobs, paths.home),
        event_days=event_days(),
        keeps_photos=keeps_photos(),
        event_photos=event_photos,
        events=_open_event_writer(catalog, event_photos, metrics),
        click_pace=ClickPace(),
        request_pace=RequestPace(configured_per_minute()),
        search_places=SearchPlaces(),
        snapshots_kept=snapshots_kept(),
        metrics=metrics,
        reserve_address=reserve_address(),
        word_search=storefront.words,
    )


def _open_event_writer(catalog: Catalog, photos: QueryPhotoArchive, metrics: Metrics) -> EventWriter | None:
    """What stores the events; None where the settings want none stored."""
    days = event_days()
    if not days:
        return None
    writer = EventWriter(EventStore(catalog.database), days=days, photos=photos if keeps_photos() else None)
    writer.observe_wait, writer.observe_outcome = metrics.observe_event_wait, metrics.observe_events
    return writer
