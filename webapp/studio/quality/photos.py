"""The photos behind the figures of an evaluation: the filter in the address, and the photos as they are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import LazyString, lazy_gettext
from werkzeug.datastructures import MultiDict

from catalog import Catalog, Photo, Product
from catalog.spreadsheets import csv_line
from search.model_quality.catalog_evaluation import REST, CatalogEvaluation
from search.model_quality.predictions import (
    ALL,
    DOUBTFUL,
    KINDS,
    RIGHT,
    SUREST,
    WRONG,
    PhotoQuestion,
    Prediction,
    iterate_photos,
)
from webapp.errors import BadParameterError

SHOWN: dict[str, LazyString] = {
    ALL: lazy_gettext("All photos"),
    WRONG: lazy_gettext("Mistakes"),
    RIGHT: lazy_gettext("Hits"),
    SUREST: lazy_gettext("Most confident mistakes"),
    DOUBTFUL: lazy_gettext("Most doubtful hits"),
}
CSV_COLUMNS = ("image", "class", "prediction", "result", "probability", "product_id", "sha256")
_LINES_AT_ONCE = 500


@dataclass(frozen=True)
class PhotoFilter:
    """The filter of an address. A side in ``rest`` means all categories that the matrix doesn't show one by one."""

    show: str = ALL
    actual: str | None = None
    predicted: str | None = None
    rest: frozenset[str] = frozenset()  # "actual" or "predicted" or both

    def to_question(self, evaluation: CatalogEvaluation) -> PhotoQuestion:
        """The filter as a question to the search package."""
        sides: dict[str, frozenset[str] | None] = {}
        for side in ("actual", "predicted"):
            label = getattr(self, side)
            if side in self.rest:
                sides[side] = frozenset(evaluation.labels) - {
                    evaluation.labels[code] for code in evaluation.matrix if code != REST
                }
            else:
                sides[side] = None if label is None else frozenset({label})
        return PhotoQuestion(self.show, **sides)

    def to_arguments(self) -> dict[str, Any]:
        """The filter as parameters of an address."""
        return {
            "show": None if self.show == ALL else self.show,
            "actual": self.actual,
            "predicted": self.predicted,
            "rest": sorted(self.rest),
        }


@dataclass(frozen=True)
class EvaluatedPhoto:
    """An evaluated photo, with its product and photo in today's catalogue."""

    prediction: Prediction
    product: Product | None  # None: the product is no longer sold
    photo: Photo | None  # None: the photo was replaced or removed

    @property
    def label_now(self) -> str | None:
        """The category that the product has today, if it is another one; else None."""
        if self.product is None or self.product.category == self.prediction.actual:
            return None
        return self.product.category


def read_filter(values: MultiDict[str, str]) -> PhotoFilter:
    """The filter of an address; an unknown category is no error, but finds nothing.

    Raises:
        BadParameterError: ``show`` is none of the known kinds of photos.
    """
    show = values.get("show") or ALL
    if show not in KINDS:
        raise BadParameterError(f"show is {show[:80]!r}; one of {', '.join(KINDS)} is needed.")
    rest = frozenset(side for side in values.getlist("rest") if side in ("actual", "predicted"))
    return PhotoFilter(show, values.get("actual") or None, values.get("predicted") or None, rest)


def find_in_catalogue(catalog: Catalog, predictions: Sequence[Prediction]) -> list[EvaluatedPhoto]:
    """Predictions with their products and photos, all fetched at once."""
    products = catalog.products((one.product_id for one in predictions), drafts=True)
    judged = []
    for one in predictions:
        product = products.get(one.product_id)
        photos = product.photos if product else ()
        judged.append(
            EvaluatedPhoto(one, product, next((photo for photo in photos if photo.sha256 == one.sha256), None))
        )
    return judged


def write_csv(path: Path, question: PhotoQuestion) -> Iterator[str]:
    """The table as CSV, some hundred lines at a time; the column result is "right" or "wrong"."""
    lines = [csv_line(CSV_COLUMNS)]
    for one in iterate_photos(path, question):
        result = "right" if one.correct else "wrong"
        probability = f"{one.probability:.6f}"
        lines.append(csv_line((one.image, one.actual, one.predicted, result, probability, one.product_id, one.sha256)))
        if len(lines) == _LINES_AT_ONCE:
            yield "".join(lines)
            lines = []
    yield "".join(lines)
