"""The boutique's titles and descriptions in Spanish, made of the English ones word by word, with genders that agree."""

from __future__ import annotations

import re

from catalog.demo.spanish_words import CLOSURES, CLOTHS, COLOURS, CUTS, NOUNS, PATTERNS, POCKETS, Noun
from catalog.errors import DemoError

_TABLES = (CUTS, CLOTHS, PATTERNS, CLOSURES)  # in the order in which Spanish has them
_LONGEST = 3  # words of a phrase

# What is written of garments, in English and Spanish. {x} is a garment, {m} its cloth, with which Spanish names it, and
# {p} its pockets; an adjective with a star agrees with the garment. {bare} is a garment without "con capucha".
_SENTENCES = (
    (
        r"A straight {x} in {m}, cut for broad shoulders, with {p}\.",
        "{x}, de corte recto para hombros anchos, con {p}.",
    ),
    (r"A roomy {x} with a deep hood and {p}\.", "{bare} ampli*, de capucha profunda, con {p}."),
    (r"A {x} with a shaped waist, a soft hood and {p}\.", "{bare} de cintura ceñida y capucha suave, con {p}."),
    (r"A {x} in {m} with a defined waist and {p}\.", "{x}, de cintura marcada, con {p}."),
    (r"A long-sleeved {m} (?P<x>shirt) with a straight cut\.", "{x} de manga larga y corte recto."),
    (r"A short-sleeved {m} (?P<x>shirt) with a straight cut\.", "{x} de manga corta y corte recto."),
    (r"A long-sleeved {x} in {m} with a shaped waist\.", "{x} de manga larga, entallad*."),
    (r"A short-sleeved {x} in {m} with a shaped waist\.", "{x} de manga corta, entallad*."),
    (r"A {x} in {m}, jacket and trousers sold together\.", "{x}; chaqueta y pantalón se venden juntos."),
    (r"Men's {x} with a natural waist and a neat leg\.", "{x} para hombre, de talle natural y pernera estrecha."),
    (r"Men's {x} with a natural waist and a wide leg\.", "{x} para hombre, de talle natural y pernera ancha."),
    (r"Women's {x} in {m}, cut high in the waist\.", "{x} para mujer, de talle alto."),
    (r"Men's {x} in {m} with a rubber sole\.", "{x} para hombre, con suela de goma."),
    (r"Men's {x} in {m} with a stacked sole\.", "{x} para hombre, con suela de capas."),
    (r"Women's {x} in {m}\.", "{x} para mujer."),
    (r"A {x}, soft and warm, for everybody\.", "{x}, suave y cálid*, para todo el mundo."),
    (r"A {x} in {m} with brass fittings\.", "{x} con herrajes de latón."),
    (r"A {x} in {m} with steel fittings\.", "{x} con herrajes de acero."),
    (r"A (?P<length>mini|midi|maxi) (?P<style>[\w-]+) skirt in {m}\.", "{x}."),
)
_GROUPS = {"{x}": r"(?P<x>[\w' -]+?)", "{m}": r"(?P<m>[\w -]+)", "{p}": r"(?P<p>[\w ]+)"}


def translate_title(title: str) -> str:
    """A product's title in Spanish: "Duna wool duffle coat, navy blue" is "Trenca Duna de lana, azul marino"."""
    name, _, colour = title.rpartition(", ")
    line, _, words = name.partition(" ")
    return f"{_name_garment(words.split(' '), line)[0]}, {COLOURS[colour]}"


def translate_description(description: str) -> str:
    """A product's description in Spanish; raises DemoError for a sentence that no design of the boutique has."""
    for english, spanish in _SENTENCES:
        for name, group in _GROUPS.items():
            english = english.replace(name, group, 1)
        found = re.fullmatch(english, description)
        if found:
            return _write(spanish, found.groupdict())
    raise DemoError(f"no Spanish is known for {description!r}; add the sentence to catalog/demo/spanish.py")


def _write(spanish: str, said: dict[str, str]) -> str:
    words = (said.get("x") or f"{said['style']} {said['length']} skirt").split(" ")
    cloth = said["m"].split(" ") if "m" in said else []
    if words[:1] == cloth:  # "knit trainers in knit"
        cloth = []
    garment, noun = _name_garment([*cloth, *words])
    return noun.agree(spanish).format(
        x=garment, bare=garment.removesuffix(" con capucha"), p=POCKETS.get(said.get("p", ""), "")
    )


def _name_garment(words: list[str], line: str = "") -> tuple[str, Noun]:
    """A garment with all that is said of it, and its noun, after which the line's name comes.

    Args:
        words: in English; the noun ends them.
        line: a line of the boutique.
    """
    for start in range(len(words)):  # so that the longest noun is found first
        noun = NOUNS.get(" ".join(words[start:]))
        if noun is not None:
            parts = [noun.name[:1].upper() + noun.name[1:], line, *_translate_words(words[:start], noun), noun.tail]
            return " ".join(part for part in parts if part), noun
    raise DemoError(f"no Spanish is known for {' '.join(words)!r}; add its noun to catalog/demo/spanish_words.py")


def _translate_words(words: list[str], noun: Noun) -> list[str]:
    """Words beside a noun, in the order that Spanish has."""
    found: list[list[str]] = [[] for _ in _TABLES]
    place = 0
    while place < len(words):
        phrases = [" ".join(words[place : place + length]) for length in range(_LONGEST, 0, -1)]
        for place_of, table in enumerate(_TABLES):
            phrase = next((one for one in phrases if one in table), None)
            if phrase is not None:
                found[place_of].append(noun.agree(table[phrase]))
                place += len(phrase.split(" "))
                break
        else:
            raise DemoError(f"no Spanish is known for {words[place]!r}; add it to catalog/demo/spanish_words.py")
    return [word for group in found for word in group]
