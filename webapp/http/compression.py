"""Compresses text: pages, styles, scripts, JSON and drawings. Photos are compressed already.

The BREACH attack reads a secret out of the sizes of many compressed pages that also repeat what an attacker wrote. The
shop's pages hold no secret. The studio's pages hold a form token, which ``webapp.studio.form_tokens`` masks with other
random bytes in each answer, so the sizes of several pages say nothing about it.
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
    "application/problem+json",
    "application/manifest+json",
    "application/xml",
    "image/svg+xml",
)
ALGORITHMS = ("br", "gzip")  # browsers that know zstd know Brotli too, which is smaller at these sizes
MIN_BYTES = 500  # below this size, the headers outweigh the savings
BROTLI_QUALITY = 5  # 0 to 11; docs/design.md has the figures
GZIP_LEVEL = 6  # 1 to 9


def init_app(app: Flask) -> None:
    """Compress answers for clients that accept it. Register this part first, so that it sees answers last."""
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
            return (
                response  # the extension would add "Vary: Accept-Encoding", and shared caches would keep photos twice
            )
        if not request.accept_encodings.best_match(ALGORITHMS):
            response.vary.add("Accept-Encoding")
            return response  # the extension would take "br;q=0" for acceptance
        if response.direct_passthrough:
            # The file is read whole, since the extension doesn't close files that it streams.
            response.direct_passthrough = False
            response.get_data()
        return extension.after_request(response)

    app.after_request(compress)
