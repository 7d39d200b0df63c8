"""The tables of what shoppers do: searches, clicks, what they say of answers, and what they buy."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

searches = Table(
    "catalog_searches",
    metadata,
    Column("search_id", String(40), primary_key=True),  # random, so that it tells nothing of who searched
    Column("searched_at", String(40), nullable=False, index=True),  # to the minute
    Column("snapshot_id", Text, nullable=False),
    Column("category", Text),  # predicted
    Column("probability", Float),
    Column("recognised", Boolean, nullable=False),
    Column("results", Integer, nullable=False),  # number of similar products on all pages
    Column("companions", Integer, nullable=False),  # number of complementary products that were shown
    Column("language", String(20), nullable=False),
    Column("filters", JSON, nullable=False),
    Column("page", Integer, nullable=False),
    Column("refined", Boolean, nullable=False),
)

clicks = Table(
    "catalog_clicks",
    metadata,
    Column("click_id", String(40), primary_key=True),
    Column("clicked_at", String(40), nullable=False, index=True),
    Column("search_id", String(40), index=True),  # no foreign key: the search may be lost or deleted
    Column("list_name", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("kind", String(20), nullable=False),
)

feedback = Table(
    "catalog_feedback",
    metadata,
    Column("feedback_id", String(40), primary_key=True),
    Column("given_at", String(40), nullable=False, index=True),  # to the minute
    Column("search_id", String(40), nullable=False, index=True),  # no foreign key, as for clicks
    Column("reason", String(20), nullable=False),
    Column("list_name", Text),  # with product and position; none of them: the whole answer is meant
    Column("product_id", Text),
    Column("position", Integer),  # from 1
)

conversions = Table(
    "catalog_conversions",
    metadata,
    Column("conversion_id", String(40), primary_key=True),
    Column("converted_at", String(40), nullable=False, index=True),  # to the minute
    Column("kind", String(20), nullable=False),
    Column("product_id", Text, nullable=False),
    Column("list_name", Text),  # from which the product was opened; unknown: none
    Column("search_id", String(40), index=True),
    Column("value_cents", Integer),
    Column("currency", String(3)),
)
