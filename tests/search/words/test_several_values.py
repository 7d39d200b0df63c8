"""Sentences that name several values of one kind: "red or blue", "ni rojo ni azul", "tallas 38 y 40"."""

import pytest

from search.words.understanding import WordsUnderstood, understand
from search.words.vocabulary import Vocabulary, expand_terms

SHOP = Vocabulary.build(
    {
        "category": ["MEN_Coats", "WOMEN_Coats", "WOMEN_Skirts", "Scarves", "Bags"],
        "gender": ["Men", "Women", "Unisex"],
        "colour": ["Black", "Blue", "Navy Blue", "Red", "Burgundy", "Grey"],
        "brand": ["Duna", "Puma"],
        "size": ["S", "M", "L", "38", "38.5", "40", "50"],
        "material": ["Cotton", "Linen"],
    }
)
COATS = ("MEN_Coats", "WOMEN_Coats")
BLUES = ("Blue", "Navy Blue")
RED_OR_BLUE = ("Red", "Blue", "Burgundy", "Navy Blue")
NOT_RED = (("colour", "Red"), ("colour", "Burgundy"))
NOT_BLUE = (("colour", "Blue"), ("colour", "Navy Blue"))


@pytest.mark.parametrize(
    ("sentence", "filters"),
    [
        ("red or blue coat", {"category": COATS, "colour": RED_OR_BLUE}),
        ("abrigo rojo o azul", {"category": COATS, "colour": RED_OR_BLUE}),
        ("red and blue coats", {"category": COATS, "colour": RED_OR_BLUE}),
        ("either black, or grey", {"colour": ("Black", "Grey")}),
        ("negro, gris o azul marino", {"colour": ("Black", "Grey", "Navy Blue")}),
        ("red/black", {"colour": ("Red", "Black", "Burgundy")}),
        ("coats or skirts", {"category": (*COATS, "WOMEN_Skirts")}),
        ("coats and skirts for men and women", {"category": (*COATS, "WOMEN_Skirts")}),
        ("bolsos para hombre o mujer", {"category": ("Bags",), "gender": ("Men", "Unisex", "Women")}),
        ("duna or puma bags", {"category": ("Bags",), "brand": ("Duna", "Puma")}),
        ("cotton or linen", {"material": ("Cotton", "Linen")}),
        ("sizes S, M or L", {"size": ("S", "M", "L")}),
        ("tallas 38,5 y 40", {"size": ("38.5", "40")}),
        ("size 38 or 40 under 50", {"size": ("38", "40"), "max_price": ("50",)}),
    ],
)
def test_of_several_values_of_one_kind_any_will_do(sentence: str, filters: dict[str, tuple[str, ...]]) -> None:
    """As where several are ticked in a list of filters; of colours the plain ones come before their shades."""
    assert understand(sentence, SHOP) == WordsUnderstood(filters)


@pytest.mark.parametrize(
    "sentence", ["men's or women's coats", "women's and men's coats", "abrigos de hombre o de mujer"]
)
def test_a_kind_of_thing_is_for_all_who_are_named(sentence: str) -> None:
    """Though "women's coats" alone is the name of a category."""
    assert understand(sentence, SHOP) == WordsUnderstood({"category": COATS})


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("red or striped coat", WordsUnderstood({"category": COATS}, "Red", ("Red", "Burgundy"), ignored=("striped",))),
        ("striped or red coat", WordsUnderstood({"category": COATS}, "Red", ("Red", "Burgundy"), ignored=("striped",))),
        ("coats or waders", WordsUnderstood({"category": COATS}, ignored=("waders",))),
        ("coats and blouses", WordsUnderstood({"category": COATS}, ignored=("blouses",))),
        ("coats and tweed", WordsUnderstood({"category": COATS}, text="tweed")),
    ],
)
def test_a_choice_that_no_list_can_have_is_said_to_be_none(sentence: str, understood: WordsUnderstood) -> None:
    """A filter and a text hold both, never either."""
    assert understand(sentence, SHOP) == understood


@pytest.mark.parametrize(
    ("sentence", "in_stock"),
    [("sold out", "false"), ("agotados", "false"), ("not sold out", "true"), ("no disponible", "false")],
)
def test_what_is_sold_out_can_be_asked_for(sentence: str, in_stock: str) -> None:
    assert understand(sentence, SHOP) == WordsUnderstood({"in_stock": (in_stock,)})


@pytest.mark.parametrize(
    ("sentence", "without"),
    [
        ("neither red nor blue", (*NOT_RED, *NOT_BLUE)),
        ("ni rojo ni azul", (*NOT_RED, *NOT_BLUE)),
        ("not red or blue", (*NOT_RED, *NOT_BLUE)),
        ("sin rojo y azul", (*NOT_RED, *NOT_BLUE)),
        ("anything but black", (("colour", "Black"),)),
        ("cualquier color menos el negro", (("colour", "Black"),)),
        ("I don't want black", (("colour", "Black"),)),
        ("que no sean negros", (("colour", "Black"),)),
        ("nada de negro", (("colour", "Black"),)),
        ("nothing black", (("colour", "Black"),)),
        ("-black -bags", (("colour", "Black"), ("category", "Bags"))),
        ("not for men or women", (("gender", "Men"), ("gender", "Women"))),
        ("no bags or scarves", (("category", "Bags"), ("category", "Scarves"))),
    ],
)
def test_a_negation_holds_for_all_that_it_joins(sentence: str, without: tuple[tuple[str, str], ...]) -> None:
    """In both languages."""
    assert understand(sentence, SHOP) == WordsUnderstood(without=without)


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        (
            "not black, blue",
            WordsUnderstood(colour="Blue", colours=BLUES, without=(("colour", "Black"),)),
        ),
        ("not red and under 50", WordsUnderstood({"max_price": ("50",)}, without=NOT_RED)),
        ("without zips or buttons", WordsUnderstood(ignored=("without zips or buttons",))),
        ("without zips and long sleeves", WordsUnderstood(text="long sleeves", ignored=("without zips",))),
        ("not light blue", WordsUnderstood(ignored=("not light blue",))),
        ("not under 50", WordsUnderstood(ignored=("not under 50",))),
        (
            "red or blue but not navy",
            WordsUnderstood({"colour": ("Red", "Blue", "Burgundy")}, without=(("colour", "Navy Blue"),)),
        ),
        ("size M for 50 euros", WordsUnderstood({"size": ("M",), "max_price": ("50",)})),
        ("blue or azul", WordsUnderstood(colour="Blue", colours=BLUES)),
    ],
)
def test_a_negation_or_a_choice_ends_where_something_else_begins(sentence: str, understood: WordsUnderstood) -> None:
    """What is wanted behind a comma, a price, or a thing that isn't sold."""
    assert understand(sentence, SHOP) == understood


def test_a_thing_in_two_colours_is_looked_for_where_products_are_described_so() -> None:
    """A scarf may be red and blue at once; whoever writes "or" or a list has named a choice."""

    def is_written(words: str) -> bool:
        return words in ("scarf red blue", "bufanda rojo azul")

    assert understand("red and blue scarf", SHOP, is_written) == WordsUnderstood(
        {"category": ("Scarves",)}, text="red blue"
    )
    assert understand("bufanda rojo y azul", SHOP, is_written).text == "rojo azul"
    for choice in ("red or blue scarf", "red, blue scarf", "red and blue coats"):
        assert understand(choice, SHOP, is_written).filters["colour"] == RED_OR_BLUE


def test_of_words_in_texts_either_will_do_too() -> None:
    """The word "or" stays between them, and a full-text search takes both sides for one idea."""
    assert understand("leather or suede bag", SHOP).text == "leather or suede"
    assert understand("bolso de cuero o de ante", SHOP).text == "cuero o ante"
    assert expand_terms("tweed or canvas quilted") == [
        [["tweed"], ["canva"], ["lona"]],
        [["quilted"], ["padded"], ["acolchado"], ["acolchada"]],
    ]
    assert expand_terms("or") == [[["or"]]]


def test_several_colours_of_hundreds_of_shades_fit_an_address() -> None:
    """Each has its share of them, the colours themselves first."""
    known = ["Blue", "Red", *(f"{colour} number {number}" for colour in ("Blue", "Red") for number in range(200))]
    found = understand("blue or red", Vocabulary.build({"colour": known})).filters["colour"]
    assert found[:4] == ("Blue", "Red", "Blue number 0", "Red number 0")
    assert sum(len(f"&colour={value}") for value in found) < 4000
