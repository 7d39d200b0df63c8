"""The columns of PrestaShop's files, in English, French and Spanish, and of the list that its back office gives out."""

import re

from catalog.feeds.source_head import SourceHead

ALIASES = {
    "id": ("product id", "id product", "id_product", "id"),
    "active": ("active (0/1)", "active", "status", "enabled", "actif (0/1)", "activo (0/1)", "état", "estado"),
    "name": ("name", "product name", "nom", "nombre"),
    "categories": (
        "categories (x,y,z...)",
        "categories",
        "category",
        "catégories (x,y,z...)",
        "categorías (x,y,z...)",
        "catégorie",
        "categoría",
    ),
    "price": (
        *("price tax included", "price (tax incl.)", "price tax excluded or price tax included", "price"),
        *("prix ttc", "prix (ttc)", "precio con impuestos", "precio (imp. incl.)"),
        *("price tax excluded", "price (tax excl.)", "final price"),
        *("prix ht", "prix (ht)", "precio sin impuestos", "precio (imp. excl.)"),
    ),
    "discount": ("discount amount",),
    "discount_percent": ("discount percent", "discount percentage"),
    "discount_start": ("discount from (yyyy-mm-dd)",),
    "discount_end": ("discount to (yyyy-mm-dd)",),
    "reference": ("reference", "reference #", "référence", "référence n°", "referencia"),
    "of_product": ("product reference", "product_reference"),
    "virtual": ("virtual product (0 = no, 1 = yes)", "virtual product (0/1)", "virtual product"),
    "goes_with": ("accessories (x,y,z...)", "accessories (x,y,z)", "acessories (x,y,z...)"),
    "alts": ("image alt texts (x,y,z...)", "image alt texts (x,y,z)"),
    "photo_numbers": ("image position", "choose among product images by position (1,2,3...)"),
    "gtin": ("ean13", "ean-13", "ean-13 or jan barcode", "upc"),
    "mpn": ("mpn",),
    "brand": ("manufacturer", "brand", "marque", "fabricant", "marca", "fabricante"),
    "quantity": (
        "quantity",
        "quantité",
        "cantidad",
    ),
    "description": (
        "description",
        "descripción",
    ),
    "summary": ("short description", "summary", "résumé", "resumen"),
    "tags": ("tags (x,y,z...)", "tags", "mots-clés (x,y,z...)", "etiquetas (x,y,z...)"),
    "condition": ("condition",),
    "visibility": ("visibility",),
    "photos": (
        "image urls (x,y,z...)",
        "image urls(x,y,z...)",
        "image urls",
        "image url",
        "image",
        "url des images (x,y,z...)",
        "url de las imágenes (x,y,z...)",
    ),
    "features": (
        *("feature(name:value:position)", "feature (name:value:position)"),
        *("caractéristique (nom:valeur:position)", "característica (nombre:valor:posición)"),
    ),
    "customized_features": (*("feature(name:value:position:customized)", "feature (name:value:position:customized)"),),
    "without_stock": ("out of stock action", "out of stock", "out_of_stock"),
    "for_order": ("available for order (0 = no, 1 = yes)", "available for order"),
    "attributes": (
        *("attribute (name:type:position)", "attribut (nom:type:position)", "atributo (nombre:tipo:posición)"),
    ),
    "values": ("value (value:position)", "valeur (valeur:position)", "valor (valor:posición)"),
    "impact": ("impact on price", "impact sur le prix", "impacto en el precio"),
}
_IN_BRACKETS = re.compile(
    r"\(x,y,z\.\.\.\)|\(0/1\)|\((?:tax (?:incl|excl)\.)\)|name:value:position|name:type:position|\((?:ht|ttc)\)"
)


def explains_itself(head: SourceHead) -> bool:
    """Whether a column's name explains in brackets what its cells hold, as PrestaShop's do."""
    return any(map(_IN_BRACKETS.search, head.columns))


def has_columns(head: SourceHead, *names: str) -> bool:
    """Whether a table has a column for each of these names."""
    return all(head.has_any(*ALIASES[name]) for name in names)
