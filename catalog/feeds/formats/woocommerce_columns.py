"""The columns of WooCommerce's export, whose names are translated into the language of the shop."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from catalog.feeds.source_head import fold_header
from catalog.spelling import fold

TYPES = frozenset(
    {"simple", "variable", "variation", "grouped", "external", "virtual", "downloadable"}
    | {"subscription", "bundle", "composite", "booking"}  # of plugins that many shops have
)
# English, Spanish, German, French, Italian, Portuguese, Dutch.
ALIASES = {
    "id": ("id",),
    "type": ("type", "tipo", "typ"),
    "sku": ("sku", "artikelnummer", "ugs", "cod", "ref"),
    "gtin": ("gtin, upc, ean, or isbn", "gtin, upc, ean o isbn", "gtin, upc, ean oder isbn", "gtin, upc, ean ou isbn"),
    "name": ("name", "nombre", "nom", "nome", "naam"),
    "published": ("published", "publicado", "veröffentlicht", "publié", "pubblicato", "gepubliceerd"),
    "visibility": (
        *(
            "visibility in catalog",
            "visibility in catalogue",
            "visibilidad en el catálogo",
            "sichtbarkeit im katalog",
            "zichtbaarheid in catalogus",
        ),
        *("visibilité dans le catalogue", "visibilità nel catalogo", "visibilidade no catálogo"),
    ),
    "short_description": (
        *("short description", "descripción corta", "kurzbeschreibung", "description courte", "breve descrizione"),
        *("descrição curta", "breve descrição", "korte beschrijving"),
    ),
    "description": ("description", "descripción", "beschreibung", "descrizione", "descrição", "beschrijving"),
    "sale_start": (
        *("date sale price starts", "día en que empieza el precio rebajado", "datum, an dem angebotspreis beginnt"),
        *("date de début de promo", "data di inizio del prezzo in saldo", "startdatum actieprijs"),
    ),
    "sale_end": (
        *("date sale price ends", "día en que termina el precio rebajado", "datum, an dem angebotspreis endet"),
        *("date de fin de promo", "data di fine del prezzo in saldo", "einddatum actieprijs"),
    ),
    "in_stock": (
        *(
            "in stock?",
            "¿existencias?",
            "¿en inventario?",
            "¿hay existencias?",
            "vorrätig?",
            "auf lager?",
            "en stock ?",
        ),
        *("in stock", "disponibile?", "em estoque?", "em stock?", "op voorraad?"),
    ),
    "stock": ("stock", "inventario", "lagerbestand", "bestand", "magazzino", "estoque", "voorraad"),
    "sale_price": (
        *("sale price", "precio rebajado", "angebotspreis", "tarif promo", "prezzo in offerta", "preço promocional"),
        *("actieprijs", "precio de oferta"),
    ),
    "price": (
        *("regular price", "precio normal", "regulärer preis", "tarif régulier", "prezzo di listino", "preço normal"),
        *("reguliere prijs", "preço"),
    ),
    "categories": ("categories", "categorías", "kategorien", "catégories", "categorie", "categorias", "categorieën"),
    "tags": ("tags", "etiquetas", "schlagwörter", "étiquettes", "tag"),
    "images": ("images", "imágenes", "bilder", "immagine", "immagini", "imagens", "afbeeldingen"),
    "parent": (
        "parent",
        "superior",
        "übergeordnet",
        "übergeordnetes produkt",
        "genitore",
        "ascendente",
        "pai",
        "hoofd",
    ),
    "alternatives": (
        *("upsells", "ventas dirigidas", "zusatzverkäufe", "produits suggérés", "up-sell", "vendas adicionais"),
        *("aumenta vendas", "artículos dirigidos"),
    ),
    "goes_with": ("cross-sells", "ventas cruzadas", "cross-sells (querverkäufe)", "ventes croisées", "vendas cruzadas"),
    "set": (
        *(
            "grouped products",
            "productos agrupados",
            "gruppierte produkte",
            "produits groupés",
            "groupes de produits",
            "prodotti raggruppati",
        ),
        *("produtos agrupados", "gegroepeerde producten"),
    ),
    "url": ("external url", "url externa", "externe url", "url externe", "url esterno", "externe url"),
    "brands": ("brands", "marcas", "marken", "marques", "marchi", "merken", "brand", "marca"),
}
# The order of the columns, which is the same in each language; only newer versions have the GTIN.
_ORDER = (
    *("id", "type", "sku", "gtin", "name", "published", "", "visibility", "short_description", "description"),
    *("sale_start", "sale_end", "", "", "in_stock", "stock", "", "", "", "", "", "", "", "", "", "sale_price", "price"),
    *("categories", "tags", "", "images", "", "", "parent", "set", "alternatives", "goes_with", "url"),
)
_NEEDED = ("name", "price", "categories", "images", "parent", "published")
_VARIED = frozenset({"variable", "variation"})
_PLUGIN_TYPE = re.compile(r"[-_]")  # between the words of variable-subscription, subscription_variation
_MOSTLY = 0.5  # of the types in a column that is called so
_OF_ATTRIBUTE = 4  # columns of an attribute: name, values, visible, global; newer versions add a default
_STATES = frozenset({"-1", "0", "1", "2"})
_ATTRIBUTE = re.compile(r"attribut|atributo|eigenschap|kenmerk|atrybut")
_NAME_WORD = re.compile(r"\b(?:name|nombre|nom|nome|naam|nazwa)\b")
_VALUE_WORD = re.compile(r"\b(?:value|valor|valores|wert|werte|valeur|valeurs|valore|valori|waarde|waarden|wartość)\b")
_NUMBER = re.compile(r"\d+")


def find_type_column(names: Sequence[str], records: Sequence[dict[str, Any]]) -> str:
    """The column that holds the types of products; empty if none does.

    Types are the same words in each language; plugins add a few of their own.
    """
    for name in names[:6]:
        values = [value for record in records if (value := str(record.get(name) or ""))]
        known = sum(map(_is_type, values))
        if values and known >= len(values) * (_MOSTLY if fold_header(name) in ALIASES["type"] else 1):
            return name
    return ""


def match_woocommerce(names: Sequence[str], records: Sequence[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Name -> the folded column that holds it, from the columns' names, their values and their order.

    Args:
        names: the columns in their order.
        records: the first records of the table.
    """
    folded = [fold_header(name) for name in names]
    matched = {ours: next((alias for alias in aliases if alias in folded), "") for ours, aliases in ALIASES.items()}
    type_column = find_type_column(names, records)
    if type_column:
        matched["type"] = fold_header(type_column)
    order = _ORDER if _has_gtin(names, records) else tuple(ours for ours in _ORDER if ours != "gtin")
    if not all(matched[ours] for ours in _NEEDED) and folded.index(matched["type"] or folded[0]) == 1:
        if len(folded) >= len(order):
            matched |= {ours: column for ours, column in zip(order, folded, strict=False) if ours}
    else:
        matched |= _match_between(order, folded, matched)
    return {ours: (column,) for ours, column in matched.items() if column}


def match_attributes(names: Sequence[str]) -> dict[str, str]:
    """Folded column -> attribute1_name or attribute1_values, for the columns of attributes in any language.

    Where no word is understood, the columns of one number tell it: an attribute has at least four, its name first and
    its values second; a download has three.
    """
    folded = [fold_header(name) for name in names]
    found = {column: ours for column in folded if (ours := name_attribute(column))}
    by_number: dict[str, list[str]] = {}
    for column in folded[len(_ORDER) - 1 :]:
        numbered = _NUMBER.search(column)
        if numbered and not column.startswith("meta:"):
            by_number.setdefault(numbered[0], []).append(column)
    for digits, columns in by_number.items():
        of_number = {f"attribute{digits}_name", f"attribute{digits}_values"}
        if not of_number <= set(found.values()) and len(columns) in (_OF_ATTRIBUTE, _OF_ATTRIBUTE + 1):
            found |= zip(columns, sorted(of_number), strict=False)
    return found


def name_attribute(folded: str) -> str | None:
    """The name attribute1_name or attribute1_values for the columns of attributes; None for any other column."""
    number = _NUMBER.search(folded)
    if not number or not _ATTRIBUTE.search(folded):
        return None
    if _VALUE_WORD.search(folded):
        return f"attribute{number[0]}_values"
    return f"attribute{number[0]}_name" if _NAME_WORD.search(folded) else None


def _match_between(order: Sequence[str], folded: list[str], matched: dict[str, str]) -> dict[str, str]:
    """Name -> the column at its place, where no name fits and the known columns around it stand at their places."""
    places = [place for place, ours in enumerate(order) if ours and folded[place : place + 1] == [matched.get(ours)]]
    found = {}
    for before, after in pairwise(places):
        for place in range(before + 1, after):
            if order[place] and not matched.get(order[place]):
                found[order[place]] = folded[place]
    return found


def split_types(text: str) -> frozenset[str]:
    """The types in a cell such as "simple, downloadable, virtual"; those of plugins beside those that they vary."""
    types = {fold(part) for part in text.split(",") if part.strip()}
    return frozenset(types | {word for one in types for word in _PLUGIN_TYPE.split(one) if word in _VARIED})


def _is_type(text: str) -> bool:
    types = split_types(text)
    return bool(types) and (types <= TYPES or bool(types & _VARIED))


def _has_gtin(names: Sequence[str], records: Sequence[dict[str, Any]]) -> bool:
    """Whether the states of publication stand in the sixth column and not in the fifth."""

    def is_state(column: int) -> bool:
        return all(str(record.get(names[column]) or "") in _STATES for record in records)

    return len(names) > 5 and is_state(5) and not is_state(4)
