"""Whether what an answer says is true: its grades, what goes with it, and the category that it claims.

    python benchmarks/answers.py [--home DIR] [--data DIR] [--split validation]

Two shops answer: the demo boutique its shopper photos, and a shop of the development boutique's training products the
photos of the test products (or of the validation products, by which the probability was chosen from which a category
is claimed). Of each: how often an answer claims a category and how often the claim is right, whether a grade rises
down the list, whether what goes with it is of the photo's own colour group or kind, and whether it is for the photo's
gender. The gender counts where the shop knows it: from the category that is shown, or from a first hit that is nearly
the same; the last column counts all photos.
"""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from boutique_shop import prepare_boutique
from stage import prepare_demo
from tqdm import tqdm

from catalog import Catalog
from indexer.errors import TrainingDataError
from indexer.training.development_photos import data_dir
from search.engine import SearchEngine
from search.photo import open_photo
from search.query import GRADES, Answer, Hit, SearchRequest
from search.ranking.category_names import kind_in_name
from search.ranking.complementary import UNISEX
from search.settings import bundle_dir

LIMIT = 24
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
HEADER = (
    "| shop | photos | claims | claim right | grades fall | own group offered | own kind offered "
    "| gender agrees | first hit known, gender agrees | close matches, median |"
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
    genders: tuple[int, int]  # companions whose gender agrees, and companions whose gender is known
    close: int


def main() -> None:
    """Print a line a shop, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"), help="where the shops' data directories are")
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--split", choices=["test", "validation"], default="test")
    arguments = parser.parse_args()
    judged = {"demo boutique": _judge_demo(arguments.home / "bench-demo-7")}
    try:
        judged[f"boutique, {arguments.split}"] = _judge_boutique(
            arguments.home / "bench-boutique", arguments.data, arguments.split
        )
    except TrainingDataError as error:
        print(f"Skipped the boutique: {error}")
    print(f"\n{HEADER}\n|" + "---|" * (HEADER.count("|") - 1))
    for shop, judgements in judged.items():
        print(_line(shop, judgements))
    for shop, judgements in judged.items():
        print_thresholds(shop, judgements)


def _judge_demo(home: Path) -> list[Judgement]:
    demo = prepare_demo(home)
    catalog = Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}")
    with (demo / "shopper.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    products = catalog.products([row["product_id"] for row in rows])
    truths = [
        Truth(demo / row["photo"], row["category"], products[row["product_id"]].gender, row["group_id"]) for row in rows
    ]
    return _judge(home, truths, catalog)


def _judge_boutique(home: Path, data: Path, split: str) -> list[Judgement]:
    everything = prepare_boutique(home, data)
    asked = everything[everything["split"] == split]
    truths = [Truth(Path(row.path), row.article_type, row.gender, None) for row in asked.itertuples()]
    return _judge(home, truths, Catalog.open(f"sqlite:///{(home / 'catalog.db').absolute()}"))


def _judge(home: Path, truths: Sequence[Truth], catalog: Catalog) -> list[Judgement]:
    engine = SearchEngine.open(home / "index", bundle_dir())
    judgements = []
    for truth in tqdm(truths, unit="photo", desc="asking"):
        answer = engine.search_photo(open_photo(truth.path), SearchRequest(limit=LIMIT))
        judgements.append(judge(answer, truth, catalog))
    return judgements


def judge(answer: Answer, truth: Truth, catalog: Catalog) -> Judgement:
    """What is true of an answer."""
    companions = catalog.products([hit.product_id for hit in answer.goes_with]).values()
    shown = answer.prediction[0].category
    genders = [one.gender.casefold() for one in companions if one.gender]
    agree = {(truth.gender or "").casefold(), *UNISEX}
    everyone = truth.gender is None or truth.gender.casefold() in UNISEX
    return Judgement(
        claims=answer.sure,
        right=shown == truth.category,
        probability=answer.prediction[0].probability,
        falls=grades_fall(answer.similar),
        own_group=sum(truth.group is not None and one.group_id == truth.group for one in companions),
        own_kind=sum(kind_in_name(one.category) == kind_in_name(shown) for one in companions),
        genders=(sum(everyone or gender in agree for gender in genders), len(genders)),
        close=answer.close,
    )


def grades_fall(hits: Sequence[Hit]) -> bool:
    """Whether no grade is better than one before it, but for what a rule of the shop has put there."""
    places = [GRADES.index(hit.grade) for hit in hits if hit.grade and not {"pinned", "moved"} & set(hit.reasons)]
    return places == sorted(places)


def _line(shop: str, judgements: Sequence[Judgement]) -> str:
    claims = [one for one in judgements if one.claims]
    in_claims, in_all = (
        np.sum([one.genders for one in some], axis=0) if some else np.zeros(2) for some in (claims, judgements)
    )
    cells = [
        f"{len(judgements):,}",
        f"{len(claims) / len(judgements):.1%}",
        f"{np.mean([one.right for one in claims]):.1%}" if claims else "-",
        f"{np.mean([one.falls for one in judgements]):.1%}",
        str(sum(one.own_group for one in judgements)),
        str(sum(one.own_kind for one in judgements)),
        f"{in_all[0] / max(1, in_all[1]):.1%}",
        f"{in_claims[0] / max(1, in_claims[1]):.1%}",
        f"{np.median([one.close for one in judgements]):.0f}",
    ]
    return f"| {shop} | {' | '.join(cells)} |"


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
