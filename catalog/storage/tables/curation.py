"""The tables of curation rules, of categories that go together, and of the changes to both."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

rules = Table(
    "catalog_rules",
    metadata,
    Column("rule_id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),  # another with each change
    Column("list_name", String(20), nullable=False),
    Column("action", String(20), nullable=False),
    Column("anchor_kind", String(20), nullable=False),  # what the list stands beside: a product, a category, whatever
    Column("anchor", Text, nullable=False),  # "" for whatever
    Column("target_kind", String(20), nullable=False),  # what is moved in the list: a product, a category
    Column("target", Text, nullable=False),
    Column("position", Integer),  # of a pin, from 1
    Column("strength", Integer),  # of a boost or burial
    Column("first_day", String(10)),  # ISO 8601, UTC, included; NULL: has always held
    Column("last_day", String(10)),  # included; NULL: until further notice
    Column("paused", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("changed_by", String(80), nullable=False),
    Index("ix_catalog_rules_anchor", "list_name", "anchor"),
    Index("ix_catalog_rules_anchors", "anchor"),
    Index("ix_catalog_rules_target", "target"),
    sqlite_autoincrement=True,
)

compatibility = Table(
    "catalog_compatibility",
    metadata,
    Column("category", Text, primary_key=True),  # what somebody looks at
    Column("other", Text, primary_key=True),  # what goes with it
    Column("learned", Float),  # 0 (never) to 1; NULL: nothing was learned
    Column("clicks", Integer, nullable=False),  # that were learned from
    Column("chosen", Float),  # by hand; NULL: what was learned holds
)

curation_changes = Table(
    "catalog_curation_changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("batch", String(40), nullable=False, index=True),  # what was saved, and can be undone, together
    Column("undoes", String(40), index=True),  # the batch that this one takes back
    Column("at", String(40), nullable=False),  # ISO 8601, UTC
    Column("by", String(80), nullable=False),
    Column("kind", String(20), nullable=False),  # "rule", "pair"
    Column("subject", JSON, nullable=False),  # the rule's id; both categories
    Column("before", JSON(none_as_null=True)),  # NULL where there was nothing
    Column("after", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

curation = Table(
    "catalog_curation",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=False),  # the only one: 1
    Column("revision", Integer, nullable=False),  # another with whatever changes what shoppers see
)
