"""Text travels compressed: pages, styles, scripts, JSON and drawings, never photos, which are compressed already.

The BREACH attack reads a secret out of the sizes of many compressed pages that also repeat what an attacker wrote. The
shop's pages hold no secret. The studio's pages hold a form token, but Flask-WTF signs it together with the time: its
signature is another one every second, so the sizes of several pages don't add up to a valid token.
"""

from flask import Flask, Response, request
from flask_compress import Compress

MIMETYPES = (
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/manifest+json",
    "application/xml",
    "image/svg+xml",
)
ALGORITHMS = ("br", "gzip")  # every browser that speaks zstd speaks Brotli, which is smaller at these sizes
MIN_BYTES = 500  # below it, headers outweigh what is saved
BROTLI_QUALITY = 5  # 0 to 11; docs/design.md has the figures
GZIP_LEVEL = 6  # 1 to 9


def init_app(app: Flask) -> None:
    """Compress answers of this app for whoever accepts it. Register it first: it must see answers last."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=list(MIMETYPES),
        COMPRESS_ALGORITHM=list(ALGORITHMS),
        COMPRESS_ALGORITHM_STREAMING=list(ALGORITHMS),
        COMPRESS_MIN_SIZE=MIN_BYTES,
        COMPRESS_BR_LEVEL=BROTLI_QUALITY,
        COMPRESS_LEVEL=GZIP_LEVEL,
    )
    extension = Compress()
    extension.init_app(app)

    def compress(response: Response) -> Response:
        if response.mimetype not in MIMETYPES:
            return response  # the extension would add "Vary: Accept-Encoding", and shared caches keep photos twice
        if not request.accept_encodings.best_match(ALGORITHMS):
            response.vary.add("Accept-Encoding")
            return response  # the extension would take "br;q=0" for a wish
        if response.direct_passthrough:
            # A style sheet's file: read whole, since the extension leaves open what it streams.
            response.direct_passthrough = False
            response.get_data()
        return extension.after_request(response)

    app.after_request(compress)
