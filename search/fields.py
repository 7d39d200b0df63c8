"""The fields of a product that an index keeps, and those that can be filtered by and counted: each is named here once.

The snapshot's columns, the filters and facets, the parameters of an address and of the API, and the comparison of an
index with the catalogue all follow this list. It imports nothing, so that the catalogue may use it too.
"""

from dataclasses import dataclass
from enum import Enum


class FieldType(Enum):
    """How a field's values are stored."""

    TEXT = "text"
    TEXTS = "texts"  # a list of texts, of which a product may have several
    AMOUNT = "amount"  # a whole number, such as cents
    FLAG = "flag"  # true or false


class FilterKind(Enum):
    """What a filter of a field can ask for."""

    ANY_OF = "any of several values"
    RANGE = "from a lowest to a highest value"
    FLAG = "true or false"


@dataclass(frozen=True)
class IndexedField:
    """One field."""

    name: str  # of the snapshot's column, and of the catalogue's
    type: FieldType = FieldType.TEXT
    filter: FilterKind | None = None  # None: the field isn't filtered by
    facet: bool = False  # whether the hits with each value are counted
    parameter: str = ""  # in addresses and in the API; the name if it is empty
    attribute: str = ""  # of ``search.query.Filters``, behind min_ and max_ for a range; the name if it is empty

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameter", self.parameter or self.name)
        object.__setattr__(self, "attribute", self.attribute or self.name)

    @property
    def is_text(self) -> bool:
        """Whether the field's values are texts, one or several a product."""
        return self.type in (FieldType.TEXT, FieldType.TEXTS)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that filter by this field."""
        if self.filter is None:
            return ()
        if self.filter is FilterKind.RANGE:
            return f"min_{self.parameter}", f"max_{self.parameter}"
        return (self.parameter,)


INDEXED_FIELDS = (
    IndexedField("category", filter=FilterKind.ANY_OF, facet=True, attribute="categories"),
    IndexedField("title"),
    IndexedField("group_id"),
    IndexedField("gender", filter=FilterKind.ANY_OF, facet=True, attribute="genders"),
    IndexedField("colour", filter=FilterKind.ANY_OF, facet=True, attribute="colours"),
    IndexedField("brand", filter=FilterKind.ANY_OF, facet=True, attribute="brands"),
    IndexedField("sizes", FieldType.TEXTS, filter=FilterKind.ANY_OF, facet=True, parameter="size"),
    IndexedField("material", filter=FilterKind.ANY_OF, facet=True, attribute="materials"),
    IndexedField("price_cents", FieldType.AMOUNT, filter=FilterKind.RANGE, facet=True, parameter="price"),
    IndexedField("in_stock", FieldType.FLAG, filter=FilterKind.FLAG, facet=True),
)
FIELD_NAMES = tuple(field.name for field in INDEXED_FIELDS)
FILTERED_FIELDS = tuple(field for field in INDEXED_FIELDS if field.filter)
TEXT_FACETS = tuple(field for field in INDEXED_FIELDS if field.facet and field.is_text)
FILTER_PARAMETERS = tuple(parameter for field in FILTERED_FIELDS for parameter in field.parameters)
REPEATABLE_PARAMETERS = frozenset(field.parameter for field in FILTERED_FIELDS if field.filter is FilterKind.ANY_OF)
