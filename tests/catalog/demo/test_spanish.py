"""The boutique's Spanish titles and descriptions."""

import re

import pytest

from catalog.demo.assortment import plan_assortment
from catalog.demo.spanish import translate_description, translate_title
from catalog.demo.spanish_words import CLOTHS, CUTS, PATTERNS
from catalog.errors import DemoError


@pytest.mark.parametrize(
    ("title", "spanish"),
    [
        ("Jara wool duffle coat, navy blue", "Trenca Jara de lana, azul marino"),
        ("Mar double-breasted suit, black", "Traje cruzado Mar, negro"),
        ("Isla wrap floral silk mini skirt, red", "Minifalda Isla cruzada de seda de flores, rojo"),
        (
            "Duna double-breasted glen check wool overcoat, tan",
            "Abrigo largo Duna cruzado de lana de cuadros príncipe de Gales, tostado",
        ),
        ("Alba channel-quilted puffer jacket, khaki", "Chaqueta plumífero Alba acolchada en franjas, caqui"),
        ("Gala suede Oxford shoes, brown", "Zapatos Oxford Gala de ante, marrón"),
        ("Vega V-neck dotted silk blouse, white", "Blusa Vega de seda de lunares con cuello de pico, blanco"),
        ("Faro striped fleece hoodie, grey", "Sudadera Faro de felpa de rayas con capucha, gris"),
    ],
)
def test_a_title_reads_as_a_shop_in_spain_writes_it(title: str, spanish: str) -> None:
    """The thing first, then the line, how it is cut, its cloth, its pattern; adjectives agree with the thing."""
    assert translate_title(title) == spanish


@pytest.mark.parametrize(
    ("description", "spanish"),
    [
        (
            "A roomy zip hoodie with a deep hood and a pouch pocket.",
            "Sudadera de cremallera amplia, de capucha profunda, con bolsillo canguro.",
        ),
        (
            "A fur-collar coat in tweed with a defined waist and patch pockets.",
            "Abrigo de tweed con cuello de pelo, de cintura marcada, con bolsillos de parche.",
        ),
        ("Women's knit trainers in knit.", "Zapatillas de punto para mujer."),
        ("A midi pleated skirt in wool.", "Falda midi plisada de lana."),
        (
            "A tartan scarf, soft and warm, for everybody.",
            "Bufanda de cuadros escoceses, suave y cálida, para todo el mundo.",
        ),
    ],
)
def test_a_description_says_the_same_in_spanish(description: str, spanish: str) -> None:
    """Sentence by sentence."""
    assert translate_description(description) == spanish


@pytest.mark.parametrize("seed", [1, 7, 8, 40, 41, 42])
def test_everything_in_a_boutique_has_its_spanish(seed: int) -> None:
    """No English word is left over, and no star of an adjective that agrees with nothing."""
    english = {word for table in (CUTS, CLOTHS, PATTERNS) for phrase in table for word in phrase.split()} - {
        "tweed",
        "bouclé",
        "zigzag",
    }
    for product in plan_assortment(seed):
        for text in (translate_title(product.title), translate_description(product.design.description)):
            assert not english & set(re.findall(r"[\w-]+", text)), text
            assert not set("*{}") & set(text), text
            assert "  " not in text, text


def test_what_nobody_has_translated_is_refused() -> None:
    """Whoever adds a design sees what to do."""
    with pytest.raises(DemoError, match="spanish_words"):
        translate_title("Duna wool kimono, black")
    with pytest.raises(DemoError, match=r"spanish\.py"):
        translate_description("A kimono for tea.")
