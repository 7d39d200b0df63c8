"""How well words move a photo's answer, and how sentences in English and Spanish are understood.

    python benchmarks/words.py [--seed 7] [--home DIR] [--split test]

Two tables. A photo of a product with the colour of another of its variants: how often that variant comes first, on
the demo boutique through the engine, asked with the shop's own photos and with shoppers'; and with a plain colour of
which a product has variants in shades alone, how often one of these comes first. The same on the development
boutique, where it lies in VITRINA_DATA, by photos alone, since it names no variants. There, products count as variants
of one another that somebody saw to be one thing in several colours (``seen_variants.py``); for comparison, also all
whose titles differ in the colour alone, most of which are different things with one name. The table also has the demo's
shopper photos with a word of their product's title that several designs have: how often that product comes first, in
any colour. And sentences drawn at random, of which everything must be understood as it was meant.
"""

import argparse
import csv
import itertools
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from judging import embed, run
from seen_variants import SEEN
from stage import prepare_demo

from catalog import Catalog, Product
from catalog.storage.text_ranking import rank_by_words
from indexer.training.development_photos import data_dir
from search.engine import SearchEngine
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.photo import open_photo
from search.query import SearchRequest
from search.ranking.colour_move import COLOUR_SHARE, NAMED_BONUS
from search.settings import bundle_dir
from search.words.shades import family_of
from search.words.understanding import WordsUnderstood, understand
from search.words.vocabulary import Vocabulary, expand_terms

SENTENCES = 1000
SHARED = 4  # designs that have a word at least
PLAIN = ("Blue", "Red", "Brown", "Green", "Grey", "White", "Beige", "Yellow", "Purple")
SPLITS = {"test": lambda number: number % 5 == 0, "development": lambda number: number % 5 == 1}
SHOP = {
    "category": ("MEN_Coats", "WOMEN_Coats", "WOMEN_Skirts", "Bags", "Scarves", "MEN_Shirts"),
    "gender": ("Men", "Women"),
    "colour": ("Black", "Navy Blue", "Blue", "Red", "Green", "Burgundy", "White"),
}
COATS = ("MEN_Coats", "WOMEN_Coats")
SHADES = {"Red": ("Burgundy",), "Blue": ("Navy Blue",)}  # what a colour takes in
OTHERS = {"Men": "WOMEN_Coats", "Women": "MEN_Coats"}  # category that a wearer leaves out
# What is said for each value, and in which language.
SAID = {
    "en": {
        "kinds": {"coats": COATS, "skirt": ("WOMEN_Skirts",), "bags": ("Bags",), "scarf": ("Scarves",)},
        "colours": dict(black="Black", navy="Navy Blue", red="Red", Green="Green", wine="Burgundy", blue="Blue"),  # noqa: C408
        "wearers": {"for men": "Men", "for women": "Women", "ladies": "Women"},
        "prices": ("under {}", "less than {} euros", "up to €{}", "cheaper than {}"),
        "traits": ("long sleeves", "quilted", "polka dot"),
        "either": ("{} or {}", "either {} or {}", "{} and {}"),
        "neither": ("neither {} nor {}", "not {} or {}"),
        "orders": {"cheap": "cheapest", "the most expensive": "dearest", "newest": "newest"},
    },
    "es": {
        "kinds": {"abrigos": COATS, "falda": ("WOMEN_Skirts",), "bolsos": ("Bags",), "camisas": ("MEN_Shirts",)},
        "colours": {
            "negro": "Black",
            "azul marino": "Navy Blue",
            "rojas": "Red",
            "verdes": "Green",
            "burdeos": "Burgundy",
            "azules": "Blue",
        },
        "wearers": {"para hombre": "Men", "de mujer": "Women", "para señoras": "Women"},
        "prices": ("menos de {} €", "bajo {}", "hasta {} euros", "por debajo de {}"),
        "traits": ("manga larga", "acolchado", "lunares"),
        "either": ("{} o {}", "{} y {}"),
        "neither": ("ni {} ni {}", "sin {} ni {}"),
        "orders": {"lo más barato": "cheapest", "caros": "dearest", "lo último": "newest"},
    },
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=7, help="of the demo and of the sentences")
    parser.add_argument("--home", type=Path, help="data directory to use (default: var/bench-demo-SEED)")
    parser.add_argument("--split", choices=SPLITS, default="test", help="of the development boutique")
    arguments = parser.parse_args()
    home = arguments.home or Path("var") / f"bench-demo-{arguments.seed}"
    prepare_demo(home, arguments.seed)
    print("\n| photo of a product + another variant's colour | questions | variant first (R@1) |\n|---|---|---|")
    print_share(f"demo, seed {arguments.seed}, the shop's photo", ask_demo(home))
    print_share(f"demo, seed {arguments.seed}, a shopper's photo", ask_demo(home, read_shopper_photos(home)))
    print_share("the same, in a plain colour of which there are shades alone", ask_demo(home, plain=True))
    print_share(
        f"demo, seed {arguments.seed}, a shopper's photo + a word of the title", ask_with_words(home, arguments.seed)
    )
    boutique = data_dir() / "boutique"
    if (boutique / "products.csv").exists():
        seen, titled = ask_boutique(boutique, arguments.split)
        print_share(f"boutique, {arguments.split}, variants as seen", seen)
        print_share(f"boutique, {arguments.split}, variants by title", titled)
    else:
        print(f"\nThe boutique was skipped: {boutique} isn't there.")
    print("\n| sentences | drawn | understood entirely |\n|---|---|---|")
    for language in SAID:
        print_share(f"{language}, seed {arguments.seed}", understand_sentences(language, arguments.seed))


def print_share(what: str, outcomes: list[bool]) -> None:
    """A line of a table."""
    print(f"| {what} | {len(outcomes)} | {np.mean(outcomes):.3f} |")


def read_shopper_photos(home: Path) -> dict[str, Path]:
    """Product id -> a shopper's photo of it."""
    with (home / "demo" / "shopper.csv").open(newline="", encoding="utf-8") as file:
        return {row["product_id"]: home / "demo" / row["photo"] for row in csv.DictReader(file)}


def ask_demo(home: Path, photos: dict[str, Path] | None = None, *, plain: bool = False) -> list[bool]:
    """Whether each variant in another colour comes first.

    Args:
        home: the demo's data directory.
        photos: product id -> the photo that asks; by default each product's first one.
        plain: whether to ask for ``PLAIN`` colours instead, of which the other variants have shades alone.
    """
    engine = SearchEngine.open(home / "index", bundle_dir())
    groups: dict[str, list[Product]] = defaultdict(list)
    with Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}") as catalog:
        for product in catalog.iter_products():
            groups[product.group_id or product.product_id].append(product)
    outcomes = []
    for variants in groups.values():
        for asked in variants if len(variants) > 1 else ():
            photo = asked.photos[0].path if photos is None else photos.get(asked.product_id)
            if photo is None:
                continue
            query = engine.encode(open_photo(photo))
            for colour, wanted in (wanted_in_shades if plain else wanted_by_name)(asked, variants):
                answer = engine.rank(query, SearchRequest(limit=1, in_colour=colour))
                outcomes.append(answer.similar[0].product_id in wanted)
    return outcomes


def ask_with_words(home: Path, seed: int) -> list[bool]:
    """Whether a product comes first for a shopper's photo of it and a word that titles of several designs have."""
    engine, draw = SearchEngine.open(home / "index", bundle_dir()), random.Random(seed)  # noqa: S311 - no secret
    vocabulary = Vocabulary.build(engine.filter_values)
    outcomes = []
    with Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}") as catalog:
        products = {one.product_id: one for one in catalog.iter_products()}
        designs = {one.group_id: set(one.title.partition(",")[0].lower().split()) for one in products.values()}
        shared = Counter(word for words in designs.values() for word in words)
        for product_id, photo in read_shopper_photos(home).items():
            group = products[product_id].group_id
            words = [
                one
                for one in sorted(designs[group])
                if shared[one] >= SHARED and understand(one, vocabulary).text == one
            ]
            if not words:
                continue
            with catalog.database.reading() as connection:
                worded = rank_by_words(connection, expand_terms(word := draw.choice(words)), len(products))
            query = engine.encode(open_photo(photo))
            answer = engine.rank(query, SearchRequest(limit=1, text=word), worded=worded, equally=True)
            outcomes.append(products[answer.similar[0].product_id].group_id == group)
    return outcomes


def wanted_by_name(asked: Product, variants: list[Product]) -> Iterator[tuple[str, set[str]]]:
    """The colours of the other variants, and the ids of those that have them."""
    for wanted in variants:
        if wanted.colour != asked.colour:
            yield wanted.colour, {wanted.product_id}


def wanted_in_shades(asked: Product, variants: list[Product]) -> Iterator[tuple[str, set[str]]]:
    """The plain colours that the product hasn't, nor any of its variants but in shades; and the ids of these."""
    ids = {one.colour: one.product_id for one in variants if one.colour}
    for colour in PLAIN:
        family = family_of(colour, ids)
        if family.near and not family.exact and asked.colour not in family.values:
            yield colour, {ids[shade] for shade in family.shades}


def ask_boutique(folder: Path, split: str) -> tuple[list[bool], list[bool]]:
    """The same over the products of a split, by the engine's own formula on their stored vectors.

    Returns:
        The outcomes for the variants that were seen, and for all that have one title but for the colour.
    """
    with (folder / "products.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if SPLITS[split](int(row["id"]))]
    bundle = Bundle.open(bundle_dir())
    vectors = embed([str(folder / row["image"]) for row in rows], Embedder(bundle)).vectors
    balance = bundle.balance.for_catalog(vectors)
    moved_balance = balance.with_colour_weight(COLOUR_SHARE * balance.colour_weight)
    colours = np.array([row["colour"] for row in rows])
    seen, titled = [], []
    for number, variants in enumerate(variants_by_title(rows)):
        same = {variants[member] for member in SEEN[split].get(number, ())}
        for asked, wanted in itertools.permutations(variants, 2):
            named = colours == colours[wanted]
            mean = vectors[named][:, balance.shape_dim :].mean(axis=0)
            query = vectors[asked].copy()
            query[balance.shape_dim :] = mean / np.linalg.norm(mean)
            scores = vectors @ moved_balance.weigh(query) + NAMED_BONUS * named
            titled.append(int(scores.argmax()) == wanted)
            if {asked, wanted} <= same:
                seen.append(titled[-1])
    return seen, titled


def variants_by_title(rows: list[dict[str, str]]) -> list[list[int]]:
    """Places of products whose titles differ in the colour alone, each group with as many colours as products."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        title, colour = " ".join(row["title"].lower().split()), row["colour"].lower()
        words = "|".join(map(re.escape, sorted({colour, *colour.split()}, key=len, reverse=True)))
        bare = " ".join(re.sub(rf"\b({words})\b", " ", title).split())
        if bare != title:
            groups[bare, row["gender"], row["article_type"]].append(place)
    distinct = [group for group in groups.values() if len({rows[place]["colour"] for place in group}) == len(group)]
    return [group for group in distinct if len(group) > 1]


def understand_sentences(language: str, seed: int) -> list[bool]:
    """Whether each sentence is understood entirely, and as nothing else."""
    draw, vocabulary = random.Random(f"{language}{seed}"), Vocabulary.build(SHOP)  # noqa: S311 - no secret
    outcomes = []
    for _ in range(SENTENCES):
        sentence, meant = draw_sentence(SAID[language], draw)
        outcomes.append(understand(sentence, vocabulary) == meant)
    return outcomes


def draw_sentence(said: dict, draw: random.Random) -> tuple[str, WordsUnderstood]:
    """Some of a kind, of colours, a wearer, a price, an order and a trait, in any order; and what they mean."""
    parts: list[str] = []
    filters: dict[str, tuple[str, ...]] = {}
    colour, colours, text, order = None, (), "", None
    unwanted: tuple[tuple[str, str], ...] = ()
    if draw.random() < 0.5:
        phrase, filters["category"] = draw.choice(list(said["kinds"].items()))
        parts.append(phrase)
    if draw.random() < 0.5:
        phrase, filters_of_colours, colour, colours, unwanted = draw_colours(said, draw)
        filters |= filters_of_colours
        parts.append(phrase)
    if draw.random() < 0.5:
        phrase, gender = draw.choice(list(said["wearers"].items()))
        filters["gender"] = (gender,)
        if "category" in filters:
            kept = tuple(one for one in filters["category"] if one != OTHERS[gender])
            filters["category"] = kept or filters["category"]
            if {one.split("_")[0] for one in filters["category"]} == {gender.upper()}:
                del filters["gender"]  # the categories say it already
        parts.append(phrase)
    if draw.random() < 0.5:
        price = draw.randrange(5, 400)
        filters["max_price"] = (str(price),)
        parts.append(draw.choice(said["prices"]).format(price))
    if draw.random() < 0.25:
        phrase, order = draw.choice(list(said["orders"].items()))
        parts.append(phrase)
    if not parts or draw.random() < 0.5:
        text = draw.choice(said["traits"])
        parts.append(text)
    draw.shuffle(parts)
    return ", ".join(parts), WordsUnderstood(filters, colour, colours, unwanted, text, order=order)


def draw_colours(said: dict, draw: random.Random) -> tuple[str, dict, str | None, tuple[str, ...], tuple]:
    """A colour, or two of which either will do or that must not be; the filter, the colours and what is unwanted."""
    (phrase, colour), (other_phrase, other) = draw.sample(list(said["colours"].items()), 2)
    families = [(one, *SHADES.get(one, ())) for one in (colour, other)]
    way = draw.choice(("one", "one", "either", "neither"))
    if way == "one":
        return phrase, {}, colour, families[0], ()
    sentence = draw.choice(said[way]).format(phrase, other_phrase)
    if way == "neither":
        return sentence, {}, None, (), tuple(("colour", shade) for family in families for shade in family)
    both = tuple(dict.fromkeys((colour, other, *families[0], *families[1])))
    return sentence, {"colour": both}, None, (), ()


if __name__ == "__main__":
    run(main)
