from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from catalog import Catalog
from catalog.importing.product_writer import ProductWriter
from catalog.products import Product
from catalog.storage.database import Database
from catalog.storage.full_text import (
    MOST_LETTERS,
    MOST_WORDS,
    create_full_text_index,
    has_full_text_index,
    holds_words,
    split_words,
)
from catalog.storage.tables.products import products, sources

Add = Callable[..., None]


@pytest.fixture
def add(catalog: Catalog) -> Add:
    """``add(Product("a", "Coats"))`` brings products into the catalogue as an import does."""

    def add_products(*ours: Product) -> None:
        with catalog.database.writing() as connection:
            ProductWriter(connection, "/shop/products.csv").apply([(product, []) for product in ours])

    return add_products


@pytest.fixture
def find(catalog: Catalog) -> Callable[..., set[str]]:
    """The ids of the products that hold what was typed."""

    def find_products(question: str, **options: bool) -> set[str]:
        with catalog.database.reading() as connection:
            condition = holds_words(connection.dialect.name, split_words(question), **options)
            return set(connection.scalars(select(products.c.product_id).where(condition)))

    return find_products


def test_words_are_found_wherever_they_stand(add: Add, find: Callable[..., set[str]]) -> None:
    """In the title, id, category, gender, colour, description and the source's other columns, in any order."""
    duffle = Product(
        "mc-001-red", "MEN_Coats", title="Duffle coat", colour="Red", attributes={"fabric": "Wool, felted"}
    )
    add(duffle, Product("s-2", "Shirts", gender="Women", description="A shirt with horn toggles."))
    for question in ("duffle", "coat duffle", "mc-001", "MC 001 red", "coats", "felted", "red wool duffle"):
        assert find(question) == {"mc-001-red"}, question
    for question in ("toggles", "women", "shirts horn"):
        assert find(question) == {"s-2"}, question
    assert find("duffle toggles") == set()


def test_words_of_further_languages_are_found(add: Add, find: Callable[..., set[str]], catalog: Catalog) -> None:
    """Titles and categories as names, descriptions as texts; and no more once the source has other ones."""
    spanish = {"title": "Trenca Jara de lana", "description": "Con botones de asta.", "category": "Abrigos"}
    german = {"title": "Düffelmantel"}
    add(Product("a", "Coats", title="Duffle coat", details={"texts": {"es": spanish, "de": german}}))
    add(Product("b", "Coats", title="Pea coat"))
    for question in ("trenca", "lana jara", "abrigos", "duffelmantel", "asta"):
        assert find(question) == {"a"}, question
    assert find("trenca", in_names=True) == {"a"}
    assert find("asta", in_names=True) == set()
    for name in ("title", "texts", "description", "es"):
        assert find(name, prefix=False) == set(), "names of fields are no words of a product"
    add(Product("a", "Coats", title="Duffle coat", details={"texts": {"es": {"title": "Abrigo de trabillas"}}}))
    assert (find("trenca"), find("trabillas")) == (set(), {"a"})


def test_case_and_accents_make_no_difference(add: Add, find: Callable[..., set[str]]) -> None:
    """Neither the shop's nor the merchandiser's, composed or not; other scripts are left whole."""
    add(Product("1", "Bolsos", title="Bolso de Años Cinquenta"), Product("2", "Shoes", title="CAFE\u0301 slippers"))
    add(Product("3", "Coats", title="코트 검정"), Product("4", "Coats", title="ブルゾン 黒"))
    assert find("anos") == find("AÑOS") == find("an\u0303os") == {"1"}
    assert find("café") == find("cafe") == {"2"}
    assert find("코트") == {"3"}
    assert find("ブルゾン") == {"4"}


def test_only_the_last_word_may_go_on(add: Add, find: Callable[..., set[str]]) -> None:
    """As somebody types, what is typed already narrows the list."""
    add(Product("1", "Coats", title="Pleated skirt"), Product("2", "Coats", title="Plea bargain"))
    assert find("plea") == {"1", "2"}
    assert find("pleated sk") == {"1"}
    assert find("plea sk") == set()
    assert find("plea", prefix=False) == {"2"}


def test_names_can_be_told_from_texts(add: Add, find: Callable[..., set[str]]) -> None:
    """A coat is more of a coat than a scarf to wear with a coat."""
    add(Product("1", "MEN", title="Coat"), Product("2", "Scarves", description="Goes with any coat."))
    assert find("coat") == {"1", "2"}
    assert find("coat", in_names=True) == find("men coat", in_names=True) == {"1"}


@pytest.mark.parametrize(
    "question",
    [
        *(
            '"',
            'coat"',
            "'coat'",
            "coat AND",
            "NOT coat",
            "coat OR",
            "NEAR(coat",
            "names:coat",
            "coat*",
            "^coat",
            "-coat",
        ),
        *("(coat", "coat\\", "{coat}", "coat & | !", "co:at", "coat\u00a0", "coat\x00", "½ coat", "coat 𝒳", "İ coat"),
        *("coat:*A", "a+b", "<->"),
    ],
)
def test_operators_are_only_words(find: Callable[..., set[str]], question: str) -> None:
    """Nothing that people type is a command to the database, nor breaks its question."""
    if split_words(question):
        assert find(question) == set()
        assert find(question, in_names=True) == find(question, prefix=False) == set()


def test_questions_have_an_end() -> None:
    """A pasted novel asks for its first words."""
    assert split_words("a " * 10_000) == ["a"] * MOST_WORDS
    assert split_words("x" * 10_000) == ["x" * MOST_LETTERS]
    assert split_words(" -- %_ ") == []


def test_the_index_follows_every_change(catalog: Catalog, add: Add, find: Callable[..., set[str]]) -> None:
    """Of an import, of a corrected label, of a removal and a return; what is gone is found no more."""
    add(Product("1", "Coats", title="Parka"), Product("2", "Coats", title="Ulster"))
    add(Product("1", "Coats", title="Anorak", price_cents=100))
    assert (find("parka"), find("anorak")) == (set(), {"1"})
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "1").values(category="Jackets"))
    assert (find("jackets"), find("coats")) == ({"1"}, {"2"})
    with catalog.database.writing() as connection:
        writer = ProductWriter(connection, "/shop/products.csv")
        writer.remove(["1", "2"])
        writer.apply([(Product("2", "Coats", title="Trench"), [])])
        writer.apply([(Product("3", "Coats", title="Loden"), [])])
        writer.apply([(Product("3", "Coats", title="Cape"), [])])
        writer.remove(["2"])
    assert [find(word) for word in ("anorak", "ulster", "trench", "loden", "cape")] == [
        set(),
        set(),
        set(),
        set(),
        {"3"},
    ]


def test_what_was_not_committed_is_not_found(catalog: Catalog, add: Add, find: Callable[..., set[str]]) -> None:
    """Products and index are one transaction."""
    add(Product("1", "Coats", title="Parka"))

    def fail_late() -> None:
        with catalog.database.writing() as connection:
            ProductWriter(connection, "/shop/products.csv").apply([(Product("1", "Coats", title="Anorak"), [])])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert (find("parka"), find("anorak")) == ({"1"}, set())


def test_the_index_agrees_with_the_products_after_many_changes(
    catalog: Catalog, add: Add, find: Callable[..., set[str]]
) -> None:
    """Compared with reading every title; FTS5's own check finds nothing either."""
    for turn in range(5):
        add(*(Product(f"p{number}", "Coats", title=f"word{(number * (turn + 1)) % 17}") for number in range(60)))
        with catalog.database.writing() as connection:
            ProductWriter(connection, "/shop/products.csv").remove([f"p{number}" for number in range(turn, 60, 7)])
    for word in (f"word{number}" for number in range(17)):
        titled = {product.product_id for product in catalog.iter_products() if product.title == word}
        assert find(word, prefix=False) == titled


def test_an_old_catalogue_is_filled_when_it_is_opened(tmp_path: Path) -> None:
    """One that was made before there was such an index, or whose index another version laid out."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with Catalog.open(url) as catalog, catalog.database.writing() as connection:
        values = {"source_id": 1, "location": "/shop", "imported_at": "2026", "rejected_rows": 0, "rejected_photos": 0}
        connection.execute(insert(sources).values(**values))
        for name in ("added", "changed", "removed"):
            connection.execute(text(f"DROP TRIGGER catalog_words_{name}"))
        connection.execute(text("DROP TABLE catalog_words"))
        connection.execute(text("DROP INDEX ix_catalog_products_colour"))
        old = {"product_id": "1", "source_id": 1, "added_at": "2026", "category": "Coats", "title": "Parka"}
        connection.execute(insert(products).values(**old, attributes={"fit": "loose"}))
    database = Database.open(url)
    with database.reading() as connection:
        assert has_full_text_index(connection)
        found = select(products.c.product_id).where(holds_words("sqlite", ["parka", "loose"]))
        assert connection.scalars(found).all() == ["1"]
    with database.writing() as connection:
        create_full_text_index(connection)  # once more changes nothing
    database.close()
