"""What a product's words say of its label: evidence beside its photos.

A linear model learns from titles, descriptions and other attributes which words belong to which label, and judges each
product out of fold, as the photos' classifier does. A photo's probabilities and a text's are then multiplied, as if
they erred independently of each other (a product of experts; Hinton, "Training Products of Experts", 2002), with the
label's share divided out once. How much the text counts is chosen by the labels themselves.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from catalog import Product
from indexer.errors import TrainingDataError
from indexer.labels.label_issues import cross_validate

MOST_WORDS = 20_000  # in the vocabulary, the most frequent ones
MOST_CHARACTERS = 4_000  # of a description; more says nothing more about the label
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # how much a text may count beside photos, which count 1
_SMALLEST = float(np.finfo(np.float32).tiny)
_STRENGTH = 10.0  # inverse regularisation of the classifier of words, whose rows have length 1
_NAMED = 20.0  # a label that stands in the title is so many times as probable as before
_WORD = re.compile(r"[^\W\d_]{2,}")
_GENDERS = {"men", "mens", "man", "women", "womens", "woman", "boy", "girl", "kid", "unisex", "adult"}


def describe_product(product: Product) -> str:
    """All words about a product that a shop wrote, without its label."""
    texts = [product.title, (product.description or "")[:MOST_CHARACTERS], *product.attributes.values()]
    return " ".join(text for text in texts if text)


def weigh_in_texts(
    by_photo: np.ndarray,
    texts: Sequence[str],
    titles: Sequence[str],
    targets: np.ndarray,
    groups: np.ndarray,
    labels: Sequence[str],
    *,
    progress: bool = True,
) -> np.ndarray:
    """The photos' probabilities of each label, corrected by what titles and descriptions say.

    Args:
        by_photo: (P, C) out-of-fold probabilities, a product each; rows of 0 where a product couldn't be judged.
        texts: P, from ``describe_product``.
        titles: P, "" where a product has none.
        targets: (P,) int, the label of each, or -1: it is judged, but not learned from.
        groups: (P,) equal for products that are or show the same.
        labels: (C,) the labels' names.
        progress: show a bar.

    Returns:
        (P, C) float64. A row without any word stays as it is, and so does a probability of exactly 0.
    """
    combined = _combine_best(by_photo, _judge_texts(texts, targets, groups, len(labels), progress=progress), targets)
    combined = combined * np.where(find_named_labels(titles, labels), _NAMED, 1.0)
    sums = combined.sum(axis=1, keepdims=True)
    return np.divide(combined, sums, out=np.zeros_like(combined), where=sums > 0)


def weigh_in_genders(
    probabilities: np.ndarray, genders: Sequence[str | None], targets: np.ndarray, groups: np.ndarray
) -> np.ndarray:
    """The probabilities (P, C) of each label, times how usual a product's gender is in the label.

    A gender's share among the products of a label is counted without the product's own group (naive Bayes with one
    product of each gender added). So no word for a gender has to be known, whatever language the shop writes.

    Args:
        probabilities: (P, C), a product each.
        genders: P, as the source writes them; None says nothing.
        targets: (P,) int, the label of each, or -1: it isn't counted.
        groups: (P,) equal for products that are or show the same.
    """
    names = {name: code for code, name in enumerate(sorted({gender for gender in genders if gender}))}
    if len(names) < 2:
        return probabilities
    codes = np.array([names[gender] if gender else -1 for gender in genders])
    counted = (codes >= 0) & (targets >= 0)
    counts = np.zeros((probabilities.shape[1], len(names)))
    np.add.at(counts, (targets[counted], codes[counted]), 1)
    weighed = probabilities.copy()
    order = np.argsort(groups, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        rows = group[codes[group] >= 0]
        own = rows[counted[rows]]
        np.add.at(counts, (targets[own], codes[own]), -1)
        usual = (counts + 1) / (counts.sum(axis=1, keepdims=True) + len(names))
        weighed[rows] *= usual[:, codes[rows]].T
        np.add.at(counts, (targets[own], codes[own]), 1)
    sums = weighed.sum(axis=1, keepdims=True)
    return np.divide(weighed, sums, out=np.zeros_like(weighed), where=sums > 0)


def find_named_labels(titles: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """(P, C) bool: whether all words of the label's last part stand in the title, in singular or plural.

    The last part of "Men/Outerwear/Down jackets" is "Down jackets". Words for who wears a thing name no label. Where
    one label's words are part of another's ("Jackets", "Down jackets"), only the longer one is named.
    """
    of_labels = [_name_words(label) for label in labels]
    named = np.zeros((len(titles), len(labels)), bool)
    for row, title in enumerate(titles):
        words = _stems(title)
        hits = [place for place, name in enumerate(of_labels) if name and name <= words]
        named[row, [place for place in hits if not any(of_labels[place] < of_labels[other] for other in hits)]] = True
    return named


def _name_words(label: str) -> frozenset[str]:
    parts = [part for part in re.split(r"[/>|·]", label) if part.strip()]
    return frozenset(_stems(parts[-1]) - _GENDERS) if parts else frozenset()


def _stems(text: str) -> set[str]:
    """The words of a text without case, accents and the ending of a plural."""
    plain = unicodedata.normalize("NFKD", text.replace("_", " ").replace("'", "")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return {_stem(word) for word in _WORD.findall(plain)}


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "sses", "xes", "ones", "eres")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _judge_texts(
    texts: Sequence[str], targets: np.ndarray, groups: np.ndarray, classes: int, *, progress: bool
) -> np.ndarray | None:
    """(P, C) out-of-fold probabilities, 0 in rows without a known word; None where there is nothing to learn."""
    try:
        words = TfidfVectorizer(
            strip_accents="unicode", sublinear_tf=True, min_df=2, max_features=MOST_WORDS, dtype=np.float32
        ).fit_transform(texts)
    except ValueError:  # no word that two products share
        return None
    worded = np.flatnonzero(np.diff(words.indptr))
    found = np.zeros((len(texts), classes))
    try:
        found[worded] = cross_validate(
            words[worded], targets[worded], classes, groups[worded], _STRENGTH, progress=progress
        )
    except TrainingDataError:
        return None
    return found


def _combine_best(by_photo: np.ndarray, by_text: np.ndarray | None, targets: np.ndarray) -> np.ndarray:
    """The product of both at the weight under which the given labels are most probable."""
    if by_text is None:
        return by_photo
    shares = np.maximum(np.bincount(targets[targets >= 0], minlength=by_photo.shape[1]), 1.0)
    rows = np.flatnonzero(targets >= 0)
    best, least = by_photo, np.inf
    for weight in _WEIGHTS:
        combined = _combine(by_photo, by_text, shares / shares.sum(), weight)
        loss = -np.log(np.maximum(combined[rows, targets[rows]], 1e-4)).mean()  # bounded: some labels are wrong
        if loss < least:
            best, least = combined, loss
    return best


def _combine(by_photo: np.ndarray, by_text: np.ndarray, shares: np.ndarray, weight: float) -> np.ndarray:
    told = by_text.sum(axis=1, keepdims=True) > 0
    factors = np.where(told, np.maximum(by_text, _SMALLEST) / shares, 1.0) ** weight
    combined = by_photo * factors
    sums = combined.sum(axis=1, keepdims=True)
    return np.where(by_photo > 0, np.maximum(combined / np.maximum(sums, _SMALLEST), _SMALLEST), 0.0)
