"""The tables of curation rules, of sources' own links, of categories that go together, and of the changes to these."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

rules = Table(
    "catalog_rules",
    metadata,
    Column("rule_id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),  # 1, and one more with each change
    Column("list_name", String(20), nullable=False),
    Column("action", String(20), nullable=False),
    Column("anchor_kind", String(20), nullable=False),  # "product", "category" or "everywhere"
    Column("anchor", Text, nullable=False),  # the product id or category; "" for every list
    Column("target_kind", String(20), nullable=False),  # of what the rule moves: "product" or "category"
    Column("target", Text, nullable=False),
    Column("position", Integer),  # of a pin, from 1
    Column("strength", Integer),  # of a boost or burial
    Column("first_day", String(10)),  # ISO 8601, UTC, included; NULL: no first day
    Column("last_day", String(10)),  # included; NULL: no last day
    Column("paused", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("changed_by", String(80), nullable=False),
    Index("ix_catalog_rules_anchor", "list_name", "anchor"),
    Index("ix_catalog_rules_anchors", "anchor"),
    Index("ix_catalog_rules_target", "target"),
    sqlite_autoincrement=True,
)

source_links = Table(
    "catalog_source_links",
    metadata,
    Column("list_name", String(20), primary_key=True),
    Column("anchor", Text, primary_key=True),  # the product whose source names the link
    Column("target", Text, primary_key=True),  # the product that it names
    Column("position", Integer, nullable=False),  # in the list, from 1
    Index("ix_catalog_source_links_anchor", "anchor"),
)

compatibility = Table(
    "catalog_compatibility",
    metadata,
    Column("category", Text, primary_key=True),  # the category of the product that somebody looks at
    Column("other", Text, primary_key=True),  # the category of a product that goes with it
    Column("learned", Float),  # weight from 0 (never) to 1; NULL: none was learned
    Column("clicks", Integer, nullable=False),  # clicks that the weight was learned from
    Column("chosen", Float),  # weight that was set by hand; NULL: the learned weight is used
)

curation_changes = Table(
    "catalog_curation_changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("batch", String(40), nullable=False, index=True),  # shared by changes that were saved together
    Column("undoes", String(40), index=True),  # the batch that this batch undoes
    Column("at", String(40), nullable=False),  # ISO 8601, UTC
    Column("by", String(80), nullable=False),
    Column("kind", String(20), nullable=False),  # "rule", "pair", "synonyms", "supercategory", "label"
    Column("subject", JSON, nullable=False),  # a rule's id, both categories of a pair, a category, a product id
    Column("before", JSON(none_as_null=True)),  # NULL: there was nothing
    Column("after", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

curation = Table(
    "catalog_curation",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=False),  # 1: the table has one row
    Column("revision", Integer, nullable=False),  # grows with every change that shoppers can see
)

supercategories = Table(
    "catalog_supercategories",
    metadata,
    Column("category", Text, primary_key=True),
    Column("supercategory", Text, nullable=False),  # set by hand; a category without a row has the index's guess
)

synonyms = Table(
    "catalog_category_synonyms",
    metadata,
    Column("category", Text, primary_key=True),
    Column("synonym", Text, primary_key=True),  # what shoppers also call the category, as it was typed
)
