"""The shop's pages as one blueprint: each address with the function that answers it."""

from flask import Blueprint

from search.photo import MAX_BYTES
from webapp.services.photo_addresses import photo_srcset, photo_url
from webapp.services.product_addresses import product_path
from webapp.shop import categories, products, results, saved, start, things, words

bp = Blueprint("shop", __name__)
bp.add_url_rule("/", view_func=start.start)
bp.add_url_rule("/categories/<product_id:category>", view_func=categories.category)
bp.add_url_rule("/products/<product_id:product_id>", view_func=products.product)
bp.add_url_rule("/products/<product_id:product_id>/similar", view_func=results.similar)
bp.add_url_rule("/saved", view_func=saved.saved)
bp.add_url_rule("/search", view_func=results.search, methods=["POST"])
bp.add_url_rule("/search", view_func=words.search_words)
bp.add_url_rule("/search/<token>", view_func=results.answer)
bp.add_url_rule("/search/<token>/things", view_func=things.things)
bp.add_url_rule("/search/<token>/photo.jpg", view_func=results.query_photo)
bp.add_url_rule("/samples/<int:number>", view_func=results.sample)
bp.add_url_rule("/samples/<int:number>/<int:width>.<any(avif, webp):suffix>", view_func=results.sample_photo)


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {
        "product_path": product_path,
        "photo_url": photo_url,
        "photo_srcset": photo_srcset,
        "max_bytes": MAX_BYTES,
        "max_megabytes": MAX_BYTES // 2**20,
    }
