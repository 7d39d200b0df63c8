"""What sentences in both languages are understood as."""

import pytest

from search.words.shades import LARGEST, whole_families
from search.words.understanding import WordsUnderstood, asks_for_anything, understand
from search.words.vocabulary import Vocabulary, expand_terms

SHOP = Vocabulary.build(
    {
        "category": ["MEN_Coats", "WOMEN_Coats", "MEN_Hood", "WOMEN_Skirts", "Bags", "Casual Shoes", "Sports Shoes"],
        "gender": ["Men", "Women", "Unisex"],
        "colour": ["Black", "Blue", "Navy Blue", "Red", "Grey"],
        "brand": ["Duna", "Puma"],
    },
    {"Bags": ["shopper", "capazo"]},
)
COATS = ("MEN_Coats", "WOMEN_Coats")
BLUES = ("Blue", "Navy Blue")
FOR_MEN, FOR_WOMEN = ("Men", "Unisex"), ("Women", "Unisex")


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("this, but in blue", WordsUnderstood(colour="Blue", colours=("Blue", "Navy Blue"))),
        ("esto pero en azul marino", WordsUnderstood(colour="Navy Blue", colours=("Navy Blue",))),
        ("Abrigos rojos", WordsUnderstood({"category": COATS}, "Red", ("Red",))),
        ("coats for women", WordsUnderstood({"category": ("WOMEN_Coats",)})),
        ("abrigos de mujer", WordsUnderstood({"category": ("WOMEN_Coats",)})),
        (
            "para hombre un abrigo rojo",
            WordsUnderstood({"category": ("MEN_Coats",)}, "Red", ("Red",)),
        ),
        ("skirts for men", WordsUnderstood({"category": ("WOMEN_Skirts",), "gender": FOR_MEN})),
        ("unisex coats", WordsUnderstood({"category": COATS, "gender": ("Unisex",)})),
        ("men's coats", WordsUnderstood({"category": ("MEN_Coats",)})),
        ("para hombre", WordsUnderstood({"gender": FOR_MEN})),
        ("under 50", WordsUnderstood({"max_price": ("50",)})),
        ("bajo 50", WordsUnderstood({"max_price": ("50",)})),
        ("menos de 49,90 €", WordsUnderstood({"max_price": ("49.9",)})),
        ("over $1,299.50", WordsUnderstood({"min_price": ("1299.5",)})),
        ("entre 20 y 40 euros", WordsUnderstood({"min_price": ("20",), "max_price": ("40",)})),
        ("desde 100", WordsUnderstood({"min_price": ("100",)})),
        ("long sleeves", WordsUnderstood(text="long sleeves")),
        ("not black", WordsUnderstood(without=(("colour", "Black"),))),
        ("abrigo sin negro", WordsUnderstood({"category": COATS}, without=(("colour", "Black"),))),
        ("camisa sin mangas", WordsUnderstood(text="camisa sin mangas")),
        ("zapatos", WordsUnderstood({"category": ("Casual Shoes", "Sports Shoes")})),
        ("sports shoes by Puma", WordsUnderstood({"category": ("Sports Shoes",), "brand": ("Puma",)})),
        ("a capazo", WordsUnderstood({"category": ("Bags",)})),
        (
            "FALDA GRIS disponible",
            WordsUnderstood({"category": ("WOMEN_Skirts",), "in_stock": ("true",)}, "Grey", ("Grey",)),
        ),
        ("red and blue", WordsUnderstood({"colour": ("Red", *BLUES)})),
        ("cheap coats", WordsUnderstood({"category": COATS}, order="cheapest")),
        ("not blue", WordsUnderstood(without=(("colour", "Blue"), ("colour", "Navy Blue")))),
        ("sin azul marino", WordsUnderstood(without=(("colour", "Navy Blue"),))),
        ("blue but not navy", WordsUnderstood(colour="Blue", colours=("Blue",), without=(("colour", "Navy Blue"),))),
        ("navy, not blue", WordsUnderstood(colour="Navy Blue", colours=("Navy Blue",), without=(("colour", "Blue"),))),
        ("coat without hood", WordsUnderstood({"category": COATS}, ignored=("without hood",))),
        ("coats, not hoodies", WordsUnderstood({"category": COATS}, without=(("category", "MEN_Hood"),))),
        ("not for men", WordsUnderstood(without=(("gender", "Men"),))),
        ("under 50 cm", WordsUnderstood(text="under 50 cm")),
        ("without zips", WordsUnderstood(ignored=("without zips",))),
        ("  ", WordsUnderstood()),
        ("\u202e\ud800\x00🦊", WordsUnderstood()),
        ("re\x00d", WordsUnderstood(text="re d")),
    ],
)
def test_a_sentence_is_understood(sentence: str, understood: WordsUnderstood) -> None:
    """Filters, colours, prices and negations of either language; the rest is text."""
    assert understand(sentence, SHOP) == understood


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("t-shirt", WordsUnderstood({"category": ("MEN_Shirts",)}, nearest=("t-shirt",))),
        ("camisetas", WordsUnderstood({"category": ("MEN_Shirts",)}, nearest=("camisetas",))),
        ("vestido", WordsUnderstood({"category": ("WOMEN_Skirts",)}, nearest=("vestido",))),
        ("light blue skirt", WordsUnderstood({"category": ("WOMEN_Skirts",)}, "Blue", BLUES, nearest=("light blue",))),
        ("azul claro", WordsUnderstood(colour="Blue", colours=BLUES, nearest=("azul claro",))),
        ("socks", WordsUnderstood(text="socks")),
        ("boots", WordsUnderstood(text="boots")),
        ("mustard", WordsUnderstood(text="mustard")),
    ],
)
def test_what_the_shop_has_not_means_what_is_nearest_to_it(sentence: str, understood: WordsUnderstood) -> None:
    """Unless products' texts have the words, or nothing comes near."""
    shop = Vocabulary.build({"category": ["MEN_Shirts", "WOMEN_Skirts", "Shoes"], "colour": ["Blue", "Navy Blue"]})
    assert understand(sentence, shop, lambda words: words == "boots") == understood


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("blak coat", {"blak": "black"}),
        ("balck coats", {"balck": "black"}),
        ("coat, burgandy", {}),
        ("skrit", {"skrit": "skirt"}),
        ("avrigo nego", {"avrigo": "abrigo", "nego": "negro"}),
        ("bleu", {"bleu": "blue"}),
        ("duan coat", {"duan": "duna"}),
        ("coat greey", {"greey": "grey"}),
        ("rde", {}),
        ("tweed boat cat qwerty", {}),
    ],
)
def test_a_mistyped_word_is_taken_for_the_one_that_was_meant(sentence: str, meant: dict[str, str]) -> None:
    """One letter more, less or other, or two that changed places; not of short words, nor of those in products."""

    def is_written(words: str) -> bool:
        return words in ("burgandy", "tweed", "boat")

    understood = understand(sentence, SHOP, is_written)
    assert dict(understood.meant) == meant
    mended = " ".join(meant.get(word.strip(","), word) for word in sentence.split())
    assert understand(mended, SHOP, is_written).filters == understood.filters


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("coats size M", WordsUnderstood({"category": ("Coats",), "size": ("M",)})),
        ("abrigo talla xl", WordsUnderstood({"category": ("Coats",), "size": ("XL",)})),
        ("coat XL under 50", WordsUnderstood({"category": ("Coats",), "size": ("XL",), "max_price": ("50",)})),
        ("talla 38,5", WordsUnderstood({"size": ("38.5",)})),
        ("size 3XL", WordsUnderstood({"size": ("3XL",)})),
        ("size M, size XL", WordsUnderstood({"size": ("M", "XL")})),
        ("coat s 42", WordsUnderstood({"category": ("Coats",)}, text="s 42")),
        ("size 99", WordsUnderstood(text="size 99")),
        ("without size M", WordsUnderstood(ignored=("without size M",))),
    ],
)
def test_sizes_are_understood_where_the_shop_has_them(sentence: str, understood: WordsUnderstood) -> None:
    """A letter or a number alone may be anything."""
    shop = Vocabulary.build({"category": ["Coats"], "size": ["S", "M", "XL", "3XL", "42", "38.5"]})
    assert understand(sentence, shop) == understood


def test_a_colour_of_hundreds_of_shades_takes_in_the_most_frequent_ones() -> None:
    """An address holds each of them; they still are one family."""
    known = ["Blue", *(f"Blue number {number}" for number in range(400))]
    shop = Vocabulary.build({"colour": known})
    found = understand("blue", shop).colours
    assert found == tuple(known[:LARGEST])
    assert len(understand("not blue", shop).without) == LARGEST
    assert list(whole_families(found, known)) == ["Blue"]


def test_a_wearer_narrows_categories_where_products_have_no_gender() -> None:
    """In the other language too; categories that name no wearer stay, and the word is text where it narrows nothing."""
    shop = Vocabulary.build({"category": ["Abrigos de hombre", "Abrigos de mujer", "Abrigos", "Bolsos"]})
    assert understand("coats for women", shop) == WordsUnderstood({"category": ("Abrigos de mujer", "Abrigos")})
    assert understand("bolsos de mujer", shop) == WordsUnderstood({"category": ("Bolsos",)}, text="mujer")


def test_a_spanish_catalogue_is_found_in_english() -> None:
    """A value is recognised whatever language the catalogue is in."""
    shop = Vocabulary.build({"category": ["Hombre > Zapatos de tacón", "Abrigos"], "colour": ["Azul marino"]})
    assert understand("navy coat", shop) == WordsUnderstood({"category": ("Abrigos",)}, "Azul marino", ("Azul marino",))
    assert understand("shoes", shop).filters == {"category": ("Hombre > Zapatos de tacón",)}


def test_prices_that_contradict_each_other_become_a_range() -> None:
    """No sentence leads to an error."""
    found = understand("over 80 under 20", SHOP).filters
    assert found == {"min_price": ("20",), "max_price": ("80",)}


def test_a_trait_is_searched_for_in_both_languages() -> None:
    """So "manga larga" finds "long-sleeved"; words without an entry stand for themselves."""
    assert expand_terms("Manga larga tweed") == [
        [["long", "sleeve"], ["long", "sleeved"], ["manga", "larga"]],
        [["tweed"]],
    ]


@pytest.mark.parametrize(
    ("sentence", "lowest", "highest"),
    [
        *(("shirts 20-50", "20", "50"), ("20 \u2013 50 \u20ac", "20", "50"), ("\u20ac20-\u20ac50", "20", "50")),
        *(("20 to 50 euros", "20", "50"), ("de 20 a 50 euros", "20", "50"), ("20 a 50", "20", "50")),
        *(("50 euros", None, "50"), ("bolsos de 50 \u20ac", None, "50"), ("50 or less", None, "50")),
        *(("50 euros m\u00e1ximo", None, "50"), ("50 o m\u00e1s", "50", None), ("unos 50 euros", "40", "60")),
        *(("around \u20ac50", "40", "60"), ("around 50", None, None), ("50 cm", None, None), ("unos 501", None, None)),
        *(("under fifty", None, "50"), ("por menos de cien euros", None, "100"), ("menso de 50", None, "50")),
        *(("50+", "50", None), ("50 -20", None, None), ("t-shirt 20", None, None)),
        *(("12-34", None, None), ("50-20", None, None), ("100% wool", None, None), ("20 and 50", None, None)),
    ],
)
def test_prices_are_understood_as_people_write_them(sentence: str, lowest: str | None, highest: str | None) -> None:
    """A range by a dash unless a product has such a code, an amount in a currency, and what is about as dear."""
    filters = understand(sentence, SHOP, lambda words: words == "12 34").filters
    assert filters.get("min_price", (None,))[0] == lowest
    assert filters.get("max_price", (None,))[0] == highest


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("a gift for my wife", WordsUnderstood({"gender": FOR_WOMEN})),
        ("un regalo para mi novio", WordsUnderstood({"gender": FOR_MEN})),
        ("\U0001f9e5 red", WordsUnderstood({"category": COATS}, "Red", ("Red",))),
        ("best selling coats", WordsUnderstood({"category": COATS}, ignored=("best selling",))),
        ("ropa de mujer", WordsUnderstood({"gender": FOR_WOMEN})),
        ("falda rosada", WordsUnderstood({"category": ("WOMEN_Skirts",)}, text="rosada")),
        ("100% algod\u00f3n", WordsUnderstood(text="algod\u00f3n")),
        ("abrigo largo", WordsUnderstood({"category": COATS}, text="largo")),
        (
            "Hello, I am looking for a really warm winter coat that my mum could love, thank you",
            WordsUnderstood({"category": ("WOMEN_Coats",)}, text="warm winter"),
        ),
        (
            "coat epaulettes gusset placket",
            WordsUnderstood({"category": COATS}, text="gusset", ignored=("epaulettes placket",)),
        ),
    ],
)
def test_people_write_as_they_speak(sentence: str, understood: WordsUnderstood) -> None:
    """For whom it is, small pictures, polite words; of many words those that a product has."""
    assert understand(sentence, SHOP, lambda words: words == "gusset") == understood


@pytest.mark.parametrize(
    ("sentence", "anything"),
    [("clothes", True), ("show me something", True), ("ropa", True), ("coats", False), ("-", False)],
)
def test_a_sentence_may_say_nothing(sentence: str, anything: bool) -> None:
    """Whoever asks a shop for clothes wants to see what there is."""
    assert asks_for_anything(sentence) is anything
