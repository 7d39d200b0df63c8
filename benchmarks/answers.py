"""Whether what an answer says is true: its grades, what goes with it, and the category that it claims.

    python benchmarks/answers.py [--home DIR] [--data DIR] [--split validation]

Two shops answer: the demo boutique its shopper photos, and a shop of the development boutique's training products the
photos of the test products (or of the validation products, by which the probability was chosen from which a category
is claimed). Of each: how often an answer claims a category and how often the claim is right, whether a grade rises
down the list, whether what goes with it is of the photo's own colour group or kind, and whether it is for the same
people. For whom a thing is counts as known where the answer itself says it: the category that it claims is for one
gender, or its first product is nearly the same and has one. A further column tells of how many companions the gender
is that of the photo's own product, whether the answer knows it or not. An index in the work directory is used as it is.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from boutique_shop import prepare_boutique
from stage import prepare_demo
from tqdm import tqdm

from catalog import Catalog, Product
from catalog.curation.compatibility import read_genders
from indexer.errors import TrainingDataError
from indexer.training.development_photos import data_dir, read_boutique
from search.engine import SearchEngine
from search.photo import open_photo
from search.query import GRADES, Answer, Hit, SearchRequest
from search.ranking.category_names import kind_in_name
from search.ranking.genders import UNISEX, plain_gender
from search.settings import bundle_dir

LIMIT = 24
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
HEADER = (
    "| shop | photos | claims | claim right | grades never rise | own group offered | own kind offered "
    "| gender known | known gender agrees | photo's gender agrees | close matches, median |"
)


@dataclass(frozen=True)
class Truth:
    """What a photo shows."""

    path: Path
    category: str
    gender: str | None
    group: str | None


@dataclass(frozen=True)
class Judgement:
    """What is true of one answer."""

    claims: bool
    right: bool
    probability: float
    falls: bool
    own_group: int
    own_kind: int
    gender: str | None  # for whom the answer says that the thing is; None: it doesn't know
    agree: tuple[int, int]  # companions that are for these people, and companions whose gender is known
    agree_with_photo: tuple[int, int]  # the same of the photo's own product
    close: int


def main() -> None:
    """Print a line a shop, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"), help="where the shops' data directories are")
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--most", type=int, help="ask so many photos a shop, evenly spread over all (default: all)")
    parser.add_argument("--split", choices=["test", "validation"], default="test")
    arguments = parser.parse_args()
    judged = {"demo boutique": _judge_demo(arguments.home / "bench-demo-7", arguments.most)}
    try:
        judged[f"boutique, {arguments.split}"] = _judge_boutique(
            arguments.home / "bench-boutique", arguments.data, arguments.split, arguments.most
        )
    except TrainingDataError as error:
        print(f"Skipped the boutique: {error}")
    print(f"\n{HEADER}\n|" + "---|" * (HEADER.count("|") - 1))
    for shop, judgements in judged.items():
        print(_line(shop, judgements))
    for shop, judgements in judged.items():
        print_thresholds(shop, judgements)


def _judge_demo(home: Path, most: int | None) -> list[Judgement]:
    demo = home / "demo" if _is_indexed(home) else prepare_demo(home)
    catalog = Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}")
    with (demo / "shopper.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    products = catalog.products([row["product_id"] for row in rows])
    truths = [
        Truth(demo / row["photo"], row["category"], products[row["product_id"]].gender, row["group_id"]) for row in rows
    ]
    return _judge(home, _spread(truths, most), catalog)


def _judge_boutique(home: Path, data: Path, split: str, most: int | None) -> list[Judgement]:
    everything = read_boutique(data) if _is_indexed(home) else prepare_boutique(home, data)
    asked = everything[everything["split"] == split]
    truths = [Truth(Path(row.path), row.article_type, row.gender, None) for row in asked.itertuples()]
    return _judge(home, _spread(truths, most), Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}"))


def _spread(truths: Sequence[Truth], most: int | None) -> list[Truth]:
    """At most so many, evenly spread."""
    if most is None or most >= len(truths):
        return list(truths)
    return [truths[place] for place in np.linspace(0, len(truths) - 1, most).astype(int)]


def _is_indexed(home: Path) -> bool:
    return (home / "index" / "current").exists()


def _judge(home: Path, truths: Sequence[Truth], catalog: Catalog) -> list[Judgement]:
    engine, of_category = SearchEngine.open(home / "index", bundle_dir()), find_category_genders(catalog)
    judgements = []
    for truth in tqdm(truths, unit="photo", desc="asking"):
        answer = engine.search_photo(open_photo(truth.path), SearchRequest(limit=LIMIT))
        judgements.append(judge(answer, truth, catalog, of_category))
    return judgements


def judge(answer: Answer, truth: Truth, catalog: Catalog, of_category: Mapping[str, str]) -> Judgement:
    """What is true of an answer.

    Args:
        answer: to the photo.
        truth: what the photo shows.
        catalog: the shop.
        of_category: category -> gender, of the categories whose products are all for the same people.
    """
    companions = list(catalog.products([hit.product_id for hit in answer.goes_with]).values())
    shown = answer.prediction[0].category
    known = of_category.get(shown) if answer.sure else None
    first = answer.similar[0] if answer.similar else None
    if known is None and first is not None and first.grade == GRADES[0]:
        known = catalog.product(first.product_id).gender
    return Judgement(
        claims=answer.sure,
        right=shown == truth.category,
        probability=answer.prediction[0].probability,
        falls=grades_fall(answer.similar),
        own_group=sum(truth.group is not None and one.group_id == truth.group for one in companions),
        own_kind=sum(kind_in_name(one.category) == kind_in_name(shown) for one in companions),
        gender=known,
        agree=count_agreeing(known, companions),
        agree_with_photo=count_agreeing(truth.gender, companions),
        close=answer.close,
    )


def count_agreeing(gender: str | None, companions: Sequence[Product]) -> tuple[int, int]:
    """How many companions are for a gender or for everyone, and how many have a gender; nothing if it is unknown."""
    if gender is None:
        return 0, 0
    genders = [plain_gender(one.gender) for one in companions if one.gender]
    fitting = {plain_gender(gender), UNISEX}
    return sum(plain_gender(gender) == UNISEX or one in fitting for one in genders), len(genders)


def find_category_genders(catalog: Catalog) -> dict[str, str]:
    """Category -> gender, where at least 95 % of those of its products that have a gender have this one."""
    found = {}
    for category, counts in read_genders(catalog.database).items():
        known = {gender: count for gender, count in counts.items() if gender}
        best = max(known, key=lambda gender: known[gender], default=None)
        if best is not None and known[best] >= 0.95 * sum(known.values()):
            found[category] = best
    return found


def grades_fall(hits: Sequence[Hit]) -> bool:
    """Whether no grade is better than one before it, but for what a rule of the shop has put there."""
    places = [GRADES.index(hit.grade) for hit in hits if hit.grade and not {"pinned", "moved"} & set(hit.reasons)]
    return places == sorted(places)


def _line(shop: str, judgements: Sequence[Judgement]) -> str:
    claims = [one for one in judgements if one.claims]
    cells = [
        f"{len(judgements):,}",
        f"{len(claims) / len(judgements):.1%}",
        f"{np.mean([one.right for one in claims]):.1%}" if claims else "-",
        f"{np.mean([one.falls for one in judgements]):.1%}",
        str(sum(one.own_group for one in judgements)),
        str(sum(one.own_kind for one in judgements)),
        f"{np.mean([one.gender is not None for one in judgements]):.1%}",
        _share([one.agree for one in judgements]),
        _share([one.agree_with_photo for one in judgements]),
        f"{np.median([one.close for one in judgements]):.0f}",
    ]
    return f"| {shop} | {' | '.join(cells)} |"


def _share(counts: Sequence[tuple[int, int]]) -> str:
    part, whole = np.sum(counts, axis=0)
    return f"{part / whole:.1%}" if whole else "-"


def print_thresholds(shop: str, judgements: Sequence[Judgement]) -> None:
    """How many answers would claim a category from other probabilities, and how often they would be right."""
    sure = np.array([one.probability for one in judgements])
    right = np.array([one.right for one in judgements])
    print(f"\n{shop}: claims from a probability of\n\n| | claims | right |\n|---|---|---|")
    for threshold in THRESHOLDS:
        claims = sure >= threshold
        print(f"| {threshold} | {claims.mean():.1%} | {right[claims].mean() if claims.any() else 1:.1%} |")


if __name__ == "__main__":
    main()
