"""The app factory: catalogue and index in, a Flask app out."""

from pathlib import Path

from flask import Flask

import search.settings
from catalog import Catalog
from catalog.reject_lists import RejectLists
from search.appraisal import APPRAISALS, Appraisals
from search.live import LiveEngine
from search.photo import MAX_BYTES
from webapp.api import v1
from webapp.http import assets, compression, error_responses, etags, languages, public_address, security
from webapp.http.converters import ProductIdConverter
from webapp.services.samples import find_samples
from webapp.services.storefront import LiveIndex, Showcase
from webapp.services.thumbnails import ThumbnailCache
from webapp.shop import crawling, events, match_texts, pages, photos, results
from webapp.studio import layout, permissions, session
from webapp.studio.jobs import views as jobs

FORM_BYTES = 2**16  # what a form needs around the photo it carries


def create_app(*, catalog: Catalog | None = None, engine: LiveIndex | None = None, home: Path | None = None) -> Flask:
    """The shop and its API as a WSGI app; it starts without an index, and says so until there is one.

    Args:
        catalog: what the shop sells; by default the database of the settings.
        engine: what gives the current search engine; by default the index directory and bundle of the settings.
        home: where thumbnails are cached, shoppers' photos kept for a while, and the demo's sample photos looked for;
            by default the data directory.
    """
    home = home or search.settings.home_dir()
    app = Flask("webapp")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BYTES + FORM_BYTES)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.url_map.merge_slashes = False  # product ids may hold several in a row
    app.url_map.converters["product_id"] = ProductIdConverter

    catalog = catalog or Catalog.open()
    index = engine or LiveEngine(search.settings.index_dir(), search.settings.bundle_dir())
    app.extensions["catalog"] = catalog
    app.extensions["showcase"] = Showcase(catalog, index)
    app.extensions["thumbnails"] = ThumbnailCache(home / "cache" / "thumbnails")
    app.extensions["appraisals"] = Appraisals(home / APPRAISALS)
    app.extensions["samples"] = find_samples(home)
    app.extensions["rejects"] = RejectLists(home / "rejects")

    # What sees answers last comes first.
    for part in (compression, etags, languages, match_texts, assets, security, error_responses, public_address, events):
        part.init_app(app)
    results.init_app(app, home)
    session.init_app(app, home)
    permissions.init_app(app)
    jobs.init_app(app, home)
    for shared in (pages.bp, v1.bp, photos.bp, crawling.bp, layout.bp):
        app.register_blueprint(shared)
    return app
