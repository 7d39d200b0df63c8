"""The corrected labels as a training reads them, with what tells their products from others in another table."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from catalog.labels.corrections import CATEGORY, IN_FORCE
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections
from catalog.storage.tables.products import photos, products, sources


@dataclass(frozen=True)
class CorrectedLabel:
    """A product whose label isn't the one that its source gives."""

    product_id: str
    given: str  # the label that the source gave
    corrected: str
    location: str  # absolute path of the source that the product came from
    photos: frozenset[str] = field(default_factory=frozenset)  # SHA-256 of each of its photos


def read_corrected_labels(database: Database) -> list[CorrectedLabel]:
    """The corrections in force that change a label, of products in the catalogue, ordered by product id."""
    holds = (
        corrections.c.field == CATEGORY,
        corrections.c.state == IN_FORCE,
        corrections.c.chosen != corrections.c.given,
    )
    mine = corrections.c.product_id == products.c.product_id
    of_product = photos.c.product_id == corrections.c.product_id
    columns = (corrections.c.product_id, corrections.c.given, corrections.c.chosen, sources.c.location)
    query = select(*columns).join(products, mine).join(sources, sources.c.source_id == products.c.source_id)
    fingerprints = select(photos.c.product_id, photos.c.sha256).join(corrections, of_product)
    found: defaultdict[str, set[str]] = defaultdict(set)
    with database.reading() as connection:
        for product_id, sha256 in connection.execute(fingerprints.where(*holds)):
            found[product_id].add(sha256)
        rows = connection.execute(query.where(*holds).order_by(corrections.c.product_id)).all()
    return [CorrectedLabel(*row, frozenset(found[row.product_id])) for row in rows]
