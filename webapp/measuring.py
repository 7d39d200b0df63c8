"""Counts what the app answers, and looks up the figures that Prometheus asks for."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from catalog import CatalogError
from catalog.accounts.sessions import SessionStore
from catalog.importing.reject_lists import RejectLists
from search.errors import SearchError
from webapp.services.access import services_of
from webapp.services.metrics import Gauges
from webapp.services.recent_counts import RecentCounts
from webapp.services.storefront import Storefront

AREAS = frozenset({"api", "crawling", "events", "photos", "probes", "shop", "studio"})


def init_app(app: Flask) -> None:
    """Count every request and every error."""
    metrics = services_of(app).metrics

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        area = (request.blueprint or "").split(".")[0]
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        metrics.observe_request(area if area in AREAS else "other", request.method, response.status_code, seconds)
        if "error_code" in g:
            metrics.observe_error(g.error_code)
        return response


def gauges_of(
    storefront: Storefront, counts: RecentCounts, rejects: RejectLists, sessions: SessionStore
) -> Callable[[], Gauges]:
    """What looks up the figures of the present moment; those that can't be read at the moment are left out."""

    def catalogue() -> Gauges:
        held = counts.read()
        return {
            "catalogue_products": ("Products in the catalogue.", held.products),
            "catalogue_photos": ("Photos in the catalogue.", held.photos),
            "studio_sessions": ("Sessions of the studio.", sum(sessions.counts().values())),
        }

    def snapshot() -> Gauges:
        live = storefront.index.current().snapshot
        age = datetime.now(UTC) - datetime.fromisoformat(live.built_at)
        return {
            "snapshot_age_seconds": ("Since the live index was built.", age.total_seconds()),
            "snapshot_products": ("Products in the live index.", live.products),
            "snapshot_photos": ("Photos in the live index.", live.photos),
        }

    def look_up() -> Gauges:
        found: dict[str, tuple[str, float]] = {}
        meaning = "Rows and photos that the last imports and the last build couldn't use."
        found["rejects"] = (meaning, rejects.count())
        for part, name in ((catalogue, "database"), (snapshot, "index")):
            try:
                found |= part()
                usable = True
            except (CatalogError, SearchError):
                usable = False
            found[f"{name}_usable"] = (f"Whether the {name} can be used: 1 or 0.", float(usable))
        return found

    return look_up
