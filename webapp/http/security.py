"""Headers that keep code of other sites out of the pages, and the pages out of other sites' frames."""

from flask import Flask, Response

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
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Send the headers with every answer, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        if (response.mimetype or "").startswith("image/") and response.mimetype != "image/svg+xml":
            response.headers.setdefault("Content-Security-Policy", PHOTO_POLICY)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
