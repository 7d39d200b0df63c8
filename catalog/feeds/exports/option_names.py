"""What the options of a product mean: some change how it looks, and the others, such as the size, do not."""

import re
from functools import lru_cache

from catalog.spelling import fold

_COLOUR = (
    *("color", "colour", "colors", "colours", "colourway", "colorway", "shade", "farbe", "farbton", "couleur", "kleur"),
    *("colore", "cor", "farve", "färg", "farge", "väri", "kolor", "barva", "szín", "renk", "цвет", "χρώμα", "culoare"),
)
_LOOK = (
    *_COLOUR,
    *("pattern", "print", "muster", "motif", "motivo", "estampado", "patroon", "dessin", "wzór"),
    *("material", "materials", "materiaal", "matériau", "matière", "materiale", "tejido", "stoff", "fabric", "tissu"),
    *("finish", "acabado", "finition", "finitura", "oberfläche", "afwerking", "metal", "métal", "metall", "metallo"),
)
_LOOK_CJK = ("色", "カラー", "素材", "柄", "颜色", "材质", "색상", "소재")
_COLOUR_CJK = ("色", "カラー", "颜色", "색상")
_SIZE = ("size", "sizes", "größe", "grösse", "groesse", "talla", "tamaño", "taille", "maat", "taglia", "misura")
_SIZE_MORE = ("tamanho", "storlek", "størrelse", "koko", "rozmiar", "velikost", "méret", "beden", "размер")
_SIZE_CJK = ("サイズ", "尺寸", "尺码", "사이즈")
_LETTERS = ("xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "xxxxl")
_OTHER_LETTERS = {"2xs": 1, "small": 3, "medium": 4, "large": 5, "2xl": 7, "3xl": 8, "4xl": 9, "5xl": 10}
_LETTER_SIZES = {name: rank for rank, name in enumerate(_LETTERS)} | _OTHER_LETTERS
_CACHED = 4096  # of the few names and values that all products of an export share
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@lru_cache(_CACHED)
def is_colour(name: str) -> bool:
    """Whether an option names colours: "Color", "Farbe", "Choose a colour"."""
    return _says(name, _COLOUR, _COLOUR_CJK)


@lru_cache(_CACHED)
def is_look(name: str) -> bool:
    """Whether an option changes how the product looks: colour, pattern, material, finish or metal."""
    return _says(name, _LOOK, _LOOK_CJK) and not is_size(name)


@lru_cache(_CACHED)
def is_size(name: str) -> bool:
    """Whether an option names sizes."""
    return _says(name, (*_SIZE, *_SIZE_MORE), _SIZE_CJK)


@lru_cache(_CACHED)
def size_rank(size: str) -> tuple[int, float, str]:
    """A key that sorts sizes as shops show them: letters from XS to XL, then numbers, then other texts."""
    folded = fold(size)
    if folded in _LETTER_SIZES:
        return 0, _LETTER_SIZES[folded], folded
    number = _NUMBER.search(folded)
    if number:
        return 1, float(number[0].replace(",", ".")), folded
    return 2, 0.0, folded


def _says(name: str, words: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    folded = fold(name)
    return any(word in words for word in _WORD.findall(folded)) or any(part in folded for part in parts)
