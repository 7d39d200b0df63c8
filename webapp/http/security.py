"""Headers that keep code of other sites out of the pages, and the pages out of other sites' frames."""

from flask import Flask, Response, current_app, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",  # the shopper's own photo: in the results, and as a preview before it is sent
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# A browser that shows a photo alone adds a style of its own, which the policy of pages would forbid.
PHOTO_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# The pages use none of these; choosing a photo with a phone's camera is a file field, which needs no permission.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
        *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
    )
)
HSTS = f"max-age={365 * 24 * 3600}"  # seconds; of this host alone, since others below it may not have HTTPS
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
_ENVIRON_HTTPS = "vitrina.https"
_CATALOGUE_PHOTOS = "/photos/"  # a shop's own site shows them beside what the API answers, from another origin


def init_app(app: Flask) -> None:
    """Send the headers with every answer, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        if (response.mimetype or "").startswith("image/") and response.mimetype != "image/svg+xml":
            response.headers.setdefault("Content-Security-Policy", PHOTO_POLICY)
        if request.path.startswith(_CATALOGUE_PHOTOS):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if came_by_https():
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response


def came_by_https() -> bool:
    """Whether the visitor reached the shop by HTTPS, also if a proxy ends the encryption.

    Use it only to be stricter, since anybody can send the proxy's header: a visitor who forges the header gets cookies
    that the visitor's own browser won't send without encryption, and a header that browsers ignore without it.
    """
    known: bool | None = request.environ.get(_ENVIRON_HTTPS)  # the session asks several times a request
    if known is None:
        forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower()
        public: str = current_app.config["PUBLIC_URL"]
        known = request.is_secure or forwarded == "https" or public.startswith("https:")
        request.environ[_ENVIRON_HTTPS] = known
    return known
