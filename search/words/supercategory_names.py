"""What kind of thing a category's name says it holds, in the terms of the shipped model's supercategories.

A name knows it better than photos do: a network sees the trousers of a suit, or the length of a coat.
"""

from functools import cache, lru_cache

from search.words.folding import stems
from search.words.lexicon import KINDS

# Supercategory -> the kinds in it, each by the first of its English words in the lexicon. All that is worn on feet is
# one, so that nobody is offered sandals with shoes.
_KINDS = {
    "Topwear": "coat, jacket, hoodie, sweatshirt, sweater, shirt, tshirt, blouse, top, waistcoat",
    "Bottomwear": "skirt, trouser, jeans, short pants, legging",
    "Dress": "dress",
    "Apparel Set": "suit",
    "Shoes": "shoe, boot, sandal, heels, trainer, flip flops",
    "Socks": "sock",
    "Scarves": "scarf",
    "Gloves": "glove",
    "Headwear": "hat, cap",
    "Belts": "belt",
    "Ties": "tie",
    "Bags": "bag, handbag, backpack",
    "Wallets": "wallet",
    "Watches": "watch",
    "Eyewear": "sunglasses",
    "Jewellery": "necklace, bracelet, earring, ring, jewellery",
    "Fragrance": "perfume",
    "Umbrellas": "umbrella",
    "Accessories": "accessory",
}
SUPERCATEGORIES = tuple(_KINDS)


@lru_cache(maxsize=4096)
def supercategory_in_name(category: str) -> str | None:
    """The supercategory of a category by its name, in English or Spanish; None if it says none or several."""
    words = stems(category.replace("_", " "))
    found = {
        supercategory
        for phrase, supercategory in _phrases().items()
        if any(words[start : start + len(phrase)] == phrase for start in range(len(words)))
    }
    return found.pop() if len(found) == 1 else None


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    """Stems of a phrase -> its supercategory; a kind that is in none, such as underwear, has no phrase."""
    of_kind = {kind.strip(): supercategory for supercategory, kinds in _KINDS.items() for kind in kinds.split(",")}
    listed = [(of_kind[entry.english[0]], entry) for entry in KINDS if entry.english[0] in of_kind]
    return {stems(phrase): kind for kind, entry in listed for phrase in (*entry.said, *entry.names)}
