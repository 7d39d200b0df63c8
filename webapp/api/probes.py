"""What those ask who run the shop: does the process live, can it answer, and how is it doing."""

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from webapp.api.v1 import health
from webapp.errors import ForbiddenError
from webapp.http.client_address import Network, client_address, is_among, read_networks
from webapp.services.access import services

METRICS_SETTING = "VITRINA_METRICS_FROM"
METRICS_DEFAULT = "127.0.0.0/8, ::1"
# A proxy that sends one of these, but not whose request it passes on, would make every visitor look like itself.
_FORWARDED = ("X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")

_READERS = "METRICS_READERS"

bp = Blueprint("probes", __name__)


def init_app(app: Flask) -> None:
    """Read the setting for this app; raises as ``metrics_readers`` does."""
    app.config[_READERS] = metrics_readers()


def metrics_readers() -> tuple[Network, ...]:
    """The networks that may read the metrics; raises ServerStartError if the setting names something else."""
    return read_networks(METRICS_SETTING, METRICS_DEFAULT)


@bp.get("/live")
def live() -> Response:
    """200 as long as the process answers at all: it looks at neither database nor index."""
    return _unstored(jsonify(status="live"))


@bp.get("/ready")
def ready() -> Response:
    """200 while searches can be answered, 503 with the reason while they can't; the same as /health."""
    return health()


@bp.get("/metrics")
def metrics() -> Response:
    """The figures for Prometheus, for the networks of ``VITRINA_METRICS_FROM`` alone; else raises ForbiddenError."""
    if not _may_read_metrics():
        raise ForbiddenError(
            f"Metrics are not for {client_address(request)}. "
            f"Whoever runs the shop names the networks that may read them in {METRICS_SETTING}."
        )
    text, media_type = services().metrics.write()
    return _unstored(Response(text, content_type=media_type))


def _may_read_metrics() -> bool:
    passed_on = any(name in request.headers for name in _FORWARDED)
    if passed_on and "X-Forwarded-For" not in request.headers:
        return False
    return is_among(client_address(request), current_app.config[_READERS])


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
