"""Whom a product is made for, from the words for gender and age that shops use."""

from functools import lru_cache

from catalog.spelling import fold

_MALE = (
    "male, men, man, mens, men's, herren, herr, hombre, hombres, caballero, homme, hommes, uomo, masculino, homem, "
    "heren, m, メンズ"
)
_FEMALE = (
    "female, women, woman, womens, women's, ladies, damen, dame, mujer, mujeres, señora, femme, femmes, donna, "
    "feminino, mulher, dames, f, w, レディース"
)
_UNISEX = "unisex, unisexe, all, everyone, uni, ユニセックス"
_BOYS = "boys, boy, boy's, jungen, junge, niño, niños, chico, garçon, garçons, bambino, menino, jongens"
_GIRLS = "girls, girl, girl's, mädchen, niña, niñas, chica, fille, filles, bambina, menina, meisjes"
_CHILDREN = (
    "kids, kid, children, child, toddler, infant, newborn, baby, babies, kinder, niños, enfant, enfants, bambini, "
    "youth, junior"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split(", "))


_WORDS = {
    "Men": _set(_MALE),
    "Women": _set(_FEMALE),
    "Unisex": _set(_UNISEX),
    "Boys": _set(_BOYS),
    "Girls": _set(_GIRLS),
}
_YOUNG = _set(_CHILDREN)
_OF_CHILDREN = {"Men": "Boys", "Women": "Girls"}


@lru_cache(4096)
def match_gender(gender: str, age_group: str = "") -> str | None:
    """Men, Women, Boys, Girls or Unisex; None if the words say none of these.

    Several words that contradict each other, such as "male; female", mean Unisex.
    """
    said = {name for word in _split(gender) for name, words in _WORDS.items() if word in words}
    young = any(word in _YOUNG for word in (*_split(age_group), *_split(gender)))
    if young:
        said = {_OF_CHILDREN.get(name, name) for name in said}
    if not said:
        return None
    return said.pop() if len(said) == 1 else "Unisex"


def _split(text: str) -> list[str]:
    for separator in ("|", ",", "/"):
        text = text.replace(separator, ";")
    return [word for word in (fold(part) for part in text.split(";")) if word]
