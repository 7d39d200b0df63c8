"""The colour names that the shipped model knows, for the colours that shops write."""

import re
from functools import lru_cache

from catalog.spelling import fold

_OTHER_NAMES = {
    "Beige": "sand, ecru, oatmeal, camel, arena, crudo, beis, natur",
    "Black": "negro, negra, schwarz, noir, noire, nero, nera, preto, preta, zwart, jet, svart, sort, 黒, ブラック",
    "Blue": "azul, blau, bleu, bleue, blu, blauw, azure, cobalt, denim, indigo, blå, niebieski, 青, ブルー",
    "Bronze": "bronce",
    "Brown": "marrón, marron, braun, brun, brune, marrone, castanho, bruin, chocolate, chestnut, cognac, 茶, ブラウン",
    "Burgundy": "burdeos, bordeaux, bordeauxrot, wine, oxblood, granate, weinrot",
    "Charcoal": "anthracite, anthrazit, antracita, antraciet, graphite",
    "Coffee Brown": "coffee, espresso, mocha",
    "Copper": "cobre, kupfer, cuivre, rame",
    "Cream": "crema, creme, crème, panna",
    "Fluorescent Green": "neon green",
    "Gold": "dorado, oro, golden, doré, goud, dourado, ゴールド",
    "Green": "verde, grün, vert, verte, groen, emerald, forest, sage, moss, grøn, grön, zielony, 緑, グリーン",
    "Grey": "gray, gris, grau, grigio, cinza, grijs, slate, grå, szary, 灰, グレー",
    "Grey Melange": "heather grey, heather gray, grey melange, gray melange",
    "Khaki": "caqui, kaki",
    "Lavender": "lavanda, lavendel, lilac, lila, lilas",
    "Magenta": "fuchsia, fucsia",
    "Maroon": "",
    "Mauve": "malva",
    "Metallic": "metálico",
    "Multi": "multicolour, multicolor, multicoloured, multicolored, mehrfarbig, bunt, multicolore, rainbow, assorted",
    "Mustard": "mostaza, senf, moutarde",
    "Navy Blue": "navy, marine, dunkelblau, bleu marine, azul marino, marino, midnight, navy, marineblau, donkerblauw",
    "Nude": "",
    "Off White": "ivory, eggshell, marfil, elfenbein, ivoire, hueso, crudo blanco, ecru white",
    "Olive": "oliva, oliv, verde oliva, army",
    "Orange": "naranja, arancione, laranja, oranje, オレンジ",
    "Peach": "melocotón, pfirsich, apricot, coral, salmon",
    "Pink": "rosa, rose, roze, blush, rosado, ピンク",
    "Purple": "morado, violett, violet, violeta, viola, púrpura, paars, roxo, plum, lilla, 紫, パープル",
    "Red": "rojo, roja, rot, rouge, rosso, rossa, vermelho, vermelha, rood, scarlet, crimson, rød, röd, 赤, レッド",
    "Rust": "terracotta, terracota, óxido",
    "Sea Green": "seafoam, aquamarine",
    "Silver": "plata, plateado, silber, argent, argento, prata, zilver, シルバー",
    "Skin": "",
    "Steel": "acero, stahl, acier, gunmetal",
    "Tan": "",
    "Taupe": "",
    "Teal": "petrol, petróleo",
    "Turquoise Blue": "turquoise, turquesa, türkis, aqua, turkoois",
    "White": "blanco, blanca, weiß, weiss, blanc, blanche, bianco, bianca, branco, branca, wit, hvid, 白, ホワイト",
    "Yellow": "amarillo, amarilla, gelb, jaune, giallo, amarelo, geel, lemon, gul, żółty, 黄, イエロー",
}  # fmt: skip
_NAMES = {
    fold(word): name for name, others in _OTHER_NAMES.items() for word in (name, *others.split(", ")) if word.strip()
}
_SEVERAL = re.compile(r"\s*(?:[/,;+&]|\band\b|\bund\b|\by\b|\bet\b)\s*", re.IGNORECASE)
_WORD_SEPARATORS = re.compile(r"[\s_\-]+")


@lru_cache(4096)
def match_colour(written: str) -> str | None:
    """The model's name of a colour, or None if no part of the text is a colour that it knows.

    Of several colours, the first counts, as feeds name the main colour first: "Black/White" is Black. Words beside the
    colour say which shade it is: "Light Blue" is Blue.
    """
    for part in (written, *_SEVERAL.split(written)):
        words = [word for word in _WORD_SEPARATORS.split(fold(part)) if word]
        for length in range(min(len(words), 3), 0, -1):
            if len(words) > length and part is written and _SEVERAL.search(written):
                break  # first each part by itself
            # The colour stands last in English and German, and first in Romance languages.
            for start in (len(words) - length, 0):
                name = _NAMES.get(" ".join(words[start : start + length]))
                if name:
                    return name
    return None
