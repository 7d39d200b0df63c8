"""What a category's name alone says: for whom its products are, and what kind of thing they are without that.

"MEN_Coats", "Men's coats" and "Abrigos de hombre" hold the same kind of thing as their counterparts for women. The
words are English and Spanish, the languages of the shop's pages.
"""

import re
from functools import lru_cache

_WORDS = {
    "Men": ("men", "man", "mens", "male", "hombre", "hombres", "caballero", "caballeros"),
    "Women": ("women", "woman", "womens", "female", "lady", "ladies", "mujer", "mujeres", "señora", "señoras"),
    "Boys": ("boys", "boy", "niño", "niños"),
    "Girls": ("girls", "girl", "niña", "niñas"),
    "Unisex": ("unisex",),
}
_GENDER_OF = {word: gender for gender, words in _WORDS.items() for word in words}
_JOINING = frozenset({"s", "for", "de", "para", "of", "y", "and"})
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def gender_in_name(category: str) -> str | None:
    """The gender that a category's name states; None if it states none or several."""
    found = {_GENDER_OF[word] for word in _words(category) if word in _GENDER_OF}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)
def kind_in_name(category: str) -> str:
    """The category's name without the words for a gender, to be compared with another category's."""
    kept = [word for word in _words(category) if word not in _GENDER_OF and word not in _JOINING]
    return " ".join(kept) or category.casefold()


def _words(category: str) -> list[str]:
    return _WORD.findall(category.casefold())
