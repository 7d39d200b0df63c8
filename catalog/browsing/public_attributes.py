"""Which attributes of a product the public may see.

An attribute is a column of the source that Vitrina gives no meaning of its own. Sources hold columns that nobody means
to publish ("Wholesale price", "Cost per item", "Supplier"), so an attribute is private unless its name is on the list
of names that only describe the article, or somebody has decided that it is public. A decision goes before the list.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from catalog.accounts.audit import note_change
from catalog.errors import UnknownAttributeError
from catalog.products import Product
from catalog.storage.database import Database
from catalog.storage.tables.products import attribute_choices

# As ``_plain`` writes them. A name is listed if it can only describe the article, never the trade in it.
DESCRIPTIVE = frozenset(
    {
        # English
        *("age group", "article type", "base colour", "base color", "brand", "capacity", "care"),
        *("care instructions", "closure", "collar", "collection", "composition", "cut", "depth", "dimensions"),
        *("fabric", "fastening", "finish", "fit", "gemstone", "heel", "heel height", "heel type", "height", "hood"),
        *("inseam", "length", "lining", "master category", "material", "material composition", "materials", "model"),
        *("neck", "neckline", "occasion", "pattern", "pockets", "print", "rise", "season", "shape", "size", "sizes"),
        *("sleeve", "sleeve length", "sleeves", "sole", "strap", "style", "sub category", "subcategory", "upper"),
        *("usage", "volume", "waist", "washing instructions", "weight", "width", "year"),
        # Spanish, without accents
        *("acabado", "alto", "altura", "ancho", "capacidad", "cierre", "coleccion", "composicion", "corte", "cuello"),
        *("cuidados", "dimensiones", "estampado", "estilo", "fondo", "forma", "forro", "instrucciones de lavado"),
        *("largo", "manga", "mangas", "marca", "materiales", "medidas", "modelo", "ocasion", "peso", "suela"),
        *("tacon", "talla", "tallas", "tejido", "temporada"),
    }
)
LONGEST_NAME = 500  # characters of a name that somebody decides about


@dataclass(frozen=True)
class Attribute:
    """An attribute that products have, and who sees it."""

    name: str  # the source's column
    products: int  # that have a value
    example: str  # one of the values
    public: bool
    decided_by: str | None = None  # the account that decided; None: the list did
    decided_at: str | None = None  # ISO 8601, UTC


class PublicAttributes:
    """Tells which attributes are public, and keeps what people decide about them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, product: Product) -> dict[str, str]:
        """The attributes of a product that the public may see: name -> value, in the source's order."""
        if not product.attributes:
            return {}
        with self._database.reading() as connection:
            decided = {row.name: row.public for row in connection.execute(select(attribute_choices))}
        return {name: value for name, value in product.attributes.items() if decided.get(name, is_descriptive(name))}

    def all(self) -> list[Attribute]:
        """Every attribute that a product of the catalogue has, and every one that was decided about, by name.

        It reads the attributes of all products: a second or two for a million.
        """
        with self._database.reading() as connection:
            each = "json_each(attributes)" if connection.dialect.name == "sqlite" else "json_each_text(attributes)"
            query = f"SELECT key, count(*), min(value) FROM catalog_products, {each} AS one GROUP BY key"  # noqa: S608 - ours
            found = {name: (count, str(example)) for name, count, example in connection.execute(text(query))}
            decided = {row.name: row for row in connection.execute(select(attribute_choices))}
        return [_describe(name, found.get(name, (0, "")), decided.get(name)) for name in sorted({*found, *decided})]

    def choose(self, name: str, public: bool, *, by: str) -> None:
        """Make an attribute public or private, with an entry in the audit log.

        Raises:
            UnknownAttributeError: no product has the attribute.
        """
        known = {one.name: one for one in self.all()}
        if name not in known:
            raise UnknownAttributeError(
                f"No product has an attribute {name[:LONGEST_NAME]!r}. `python -m catalog attributes` names them all."
            )
        values = {"name": name, "public": public, "by": by, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        action = "attribute published" if public else "attribute hidden"
        with self._database.writing() as connection:
            connection.execute(delete(attribute_choices).where(attribute_choices.c.name == name))
            connection.execute(insert(attribute_choices).values(**values))
            before, after = {"public": known[name].public}, {"public": public}
            note_change(connection, by=by, action=action, subject=name, before=before, after=after)


def is_descriptive(name: str) -> bool:
    """Whether an attribute is public without anybody's decision: its name can only describe the article."""
    return _plain(name) in DESCRIPTIVE


def _plain(name: str) -> str:
    """A column's name in lower case, without accents and with a space between words, as for "subCategory"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    letters = unicodedata.normalize("NFKD", parted)
    without_accents = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.split(r"[\s_./-]+", without_accents.casefold())).strip()


def _describe(name: str, found: tuple[int, str], decided: Any) -> Attribute:
    products, example = found
    if decided is None:
        return Attribute(name, products, example, is_descriptive(name))
    return Attribute(name, products, example, decided.public, decided.by, decided.at)
