"""The words that shops write in their category, gender and colour columns, in the reader's language."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from flask import Flask, current_app, g
from flask_babel import lazy_gettext

from webapp.http.translations import current_language

WORDS = {
    "men": lazy_gettext("Men"),
    "women": lazy_gettext("Women"),
    "boys": lazy_gettext("Boys"),
    "girls": lazy_gettext("Girls"),
    "kids": lazy_gettext("Kids"),
    "unisex": lazy_gettext("Unisex"),
    "coat": lazy_gettext("Coat"),
    "coats": lazy_gettext("Coats"),
    "hood": lazy_gettext("Hoodies"),
    "hoodies": lazy_gettext("Hoodies"),
    "suits": lazy_gettext("Suits"),
    "trousers": lazy_gettext("Trousers"),
    "jeans": lazy_gettext("Jeans"),
    "skirts": lazy_gettext("Skirts"),
    "shirts": lazy_gettext("Shirts"),
    "t-shirts": lazy_gettext("T-shirts"),
    "tshirts": lazy_gettext("T-shirts"),
    "tops": lazy_gettext("Tops"),
    "blouses": lazy_gettext("Blouses"),
    "dresses": lazy_gettext("Dresses"),
    "jackets": lazy_gettext("Jackets"),
    "sweaters": lazy_gettext("Sweaters"),
    "sweatshirts": lazy_gettext("Sweatshirts"),
    "shorts": lazy_gettext("Shorts"),
    "leggings": lazy_gettext("Leggings"),
    "shoes": lazy_gettext("Shoes"),
    "boots": lazy_gettext("Boots"),
    "sandals": lazy_gettext("Sandals"),
    "heels": lazy_gettext("Heels"),
    "socks": lazy_gettext("Socks"),
    "scarves": lazy_gettext("Scarves"),
    "gloves": lazy_gettext("Gloves"),
    "hats": lazy_gettext("Hats"),
    "caps": lazy_gettext("Caps"),
    "belts": lazy_gettext("Belts"),
    "ties": lazy_gettext("Ties"),
    "bags": lazy_gettext("Bags"),
    "handbags": lazy_gettext("Handbags"),
    "backpacks": lazy_gettext("Backpacks"),
    "wallets": lazy_gettext("Wallets"),
    "watches": lazy_gettext("Watches"),
    "sunglasses": lazy_gettext("Sunglasses"),
    "accessories": lazy_gettext("Accessories"),
    "casual shoes": lazy_gettext("Casual shoes"),
    "sports shoes": lazy_gettext("Sports shoes"),
    "formal shoes": lazy_gettext("Formal shoes"),
    "black": lazy_gettext("Black"),
    "charcoal": lazy_gettext("Charcoal"),
    "grey": lazy_gettext("Grey"),
    "silver": lazy_gettext("Silver"),
    "white": lazy_gettext("White"),
    "off white": lazy_gettext("Off white"),
    "cream": lazy_gettext("Cream"),
    "beige": lazy_gettext("Beige"),
    "tan": lazy_gettext("Tan"),
    "camel": lazy_gettext("Camel"),
    "brown": lazy_gettext("Brown"),
    "copper": lazy_gettext("Copper"),
    "gold": lazy_gettext("Gold"),
    "mustard": lazy_gettext("Mustard"),
    "yellow": lazy_gettext("Yellow"),
    "orange": lazy_gettext("Orange"),
    "rust": lazy_gettext("Rust"),
    "red": lazy_gettext("Red"),
    "burgundy": lazy_gettext("Burgundy"),
    "maroon": lazy_gettext("Maroon"),
    "pink": lazy_gettext("Pink"),
    "magenta": lazy_gettext("Magenta"),
    "purple": lazy_gettext("Purple"),
    "lavender": lazy_gettext("Lavender"),
    "navy": lazy_gettext("Navy"),
    "navy blue": lazy_gettext("Navy blue"),
    "blue": lazy_gettext("Blue"),
    "turquoise": lazy_gettext("Turquoise"),
    "turquoise blue": lazy_gettext("Turquoise blue"),
    "teal": lazy_gettext("Teal"),
    "green": lazy_gettext("Green"),
    "olive": lazy_gettext("Olive"),
    "khaki": lazy_gettext("Khaki"),
    "light blue": lazy_gettext("Light blue"),
    "sea green": lazy_gettext("Sea green"),
    "fluorescent green": lazy_gettext("Fluorescent green"),
    "mauve": lazy_gettext("Mauve"),
    "peach": lazy_gettext("Peach"),
    "nude": lazy_gettext("Nude"),
    "skin": lazy_gettext("Skin"),
    "taupe": lazy_gettext("Taupe"),
    "coffee brown": lazy_gettext("Coffee brown"),
    "bronze": lazy_gettext("Bronze"),
    "grey melange": lazy_gettext("Grey melange"),
    "steel": lazy_gettext("Steel"),
    "metallic": lazy_gettext("Metallic"),
    "multi": lazy_gettext("Multicolour"),
    "multicolour": lazy_gettext("Multicolour"),
}
_SHOP_NAMES = "shop_category_names"
_NAMES_KEPT = 4096  # words and categories in their languages; what shoppers type is among them
# A thing of somebody: the part of a category after a gender.
_WHOSE = {
    "men": lazy_gettext("Men's %(things)s"),
    "women": lazy_gettext("Women's %(things)s"),
    "boys": lazy_gettext("Boys' %(things)s"),
    "girls": lazy_gettext("Girls' %(things)s"),
    "kids": lazy_gettext("Kids' %(things)s"),
    "unisex": lazy_gettext("Unisex %(things)s"),
}


def translate_word(word: str) -> str:
    """A shop's word in the reader's language; an unknown word as it stands, with a capital letter."""
    return _translate_word(current_language(), word)


def use_shop_names(app: Flask, read_names: Callable[[], Mapping[str, Mapping[str, str]]]) -> None:
    """Let ``name_category`` say what the shop itself calls a category in the reader's language.

    Args:
        app: whose pages name categories.
        read_names: gives category -> code of a language -> name; it is asked once a request.
    """
    app.extensions[_SHOP_NAMES] = read_names


def name_category(category: str) -> str:
    """A category as people say it: the shop's own name in the reader's language, where its feed gives one.

    Otherwise it is made of the catalogue's spelling: ``MEN_Coats`` becomes "Men's coats", ``Home/Garden`` becomes
    "Home · Garden".
    """
    own = _shop_name(category)
    return " · ".join(split_category(own)) if own else word_category(category)


def word_category(category: str) -> str:
    """A category's name made of the catalogue's spelling alone."""
    return _word_category(current_language(), category)


def split_category(category: str) -> list[str]:
    """The parts of a category, as the shop wrote them: ``MEN_Coats`` has "MEN" and "Coats"."""
    return [_plain(part) for part in re.split(r"[_/>|]+", category) if part.strip()]


@lru_cache(maxsize=_NAMES_KEPT)
def _translate_word(language: str, word: str) -> str:
    known = WORDS.get(_plain(word).lower())
    return str(known) if known is not None else _capitalised(_plain(word))


@lru_cache(maxsize=_NAMES_KEPT)
def _word_category(language: str, category: str) -> str:
    parts = split_category(category)
    names = [_translate_word(language, part) for part in parts]
    whose = _WHOSE.get(parts[0].lower()) if len(parts) > 1 else None
    if whose is not None:
        # Spanish begins with the thing, so that it keeps its capital letter.
        first = str(whose).startswith("%(things)s")
        names[:2] = [str(whose) % {"things": names[1] if first else _within_a_sentence(names[1])}]
    return " · ".join(names) or category


def _shop_name(category: str) -> str | None:
    """What the shop calls the category in the reader's language; None where it says nothing else than the catalogue."""
    if not g:  # outside a request
        return None
    names = g.get(_SHOP_NAMES)
    if names is None:
        names = current_app.extensions.get(_SHOP_NAMES, dict)()
        setattr(g, _SHOP_NAMES, names)
    name: str | None = names[category].get(current_language()) if category in names else None
    return name if name != category else None


def _plain(word: str) -> str:
    return " ".join(word.split())


def _capitalised(text: str) -> str:
    """The text with a capital first letter; a long word all in capitals becomes lower case."""
    calm = text.lower() if text.isupper() and len(text) > 3 else text
    return calm[:1].upper() + calm[1:]


def _within_a_sentence(text: str) -> str:
    """The text with a small first letter, but for the likes of "T-shirts" and "UGG boots"."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
