"""Titles and descriptions as evidence beside the photos: they correct what photos say of labels."""

import numpy as np

from catalog import Product
from indexer.labels.text_evidence import describe_product, find_named_labels, weigh_in_genders, weigh_in_texts

LABELS = ["MEN_Coats", "MEN_Shirts"]


def _weigh(by_photo: np.ndarray, titles: list[str], targets: np.ndarray) -> np.ndarray:
    return weigh_in_texts(by_photo, titles, titles, targets, np.arange(len(titles)), LABELS, progress=False)


def test_a_title_contradicts_what_a_photo_looks_like() -> None:
    """A shirt that looks like a coat stays a shirt, and a shirt labelled as a coat is told by its title."""
    titles = ["Wool overcoat, grey", "Trench coat, blue"] * 10 + ["Oxford shirt, white", "Linen shirt, blue"] * 10
    targets = np.repeat([0, 1], 20)
    by_photo = np.where(np.arange(2) == targets[:, None], 0.9, 0.1)
    by_photo[20] = (0.9, 0.1)  # a shirt that looks like a coat
    targets[21] = 0  # a shirt that is labelled as a coat
    told = _weigh(by_photo, titles, targets)
    assert told[20, 1] > 0.5
    assert told[21, 1] > 0.9
    np.testing.assert_allclose(told.sum(axis=1), 1)


def test_words_are_learned_where_no_label_stands_in_a_title() -> None:
    """Brogues were never called shoes: that they are none of the shirts is learned from the others."""
    titles = ["Gala parka", "Rio parka", "Nube parka"] * 5 + ["Gala oxford", "Rio oxford", "Nube oxford"] * 5
    targets = np.repeat([0, 1], 15)
    told = _weigh(np.full((30, 2), 0.5), titles, targets)
    assert (told.argmax(axis=1) == targets).all()


def test_without_words_the_photos_decide_alone() -> None:
    """Folders of photos have no titles."""
    by_photo = np.random.default_rng(0).dirichlet((1, 1), 12)
    np.testing.assert_allclose(_weigh(by_photo, [""] * 12, np.arange(12) % 2), by_photo)


def test_what_could_not_be_judged_stays_so() -> None:
    """A probability of exactly 0 means that the label has no other product, or that there was too little to learn."""
    by_photo = np.zeros((12, 2))
    assert not _weigh(by_photo, ["Oxford shirt", "Wool coat"] * 6, np.arange(12) % 2).any()


def test_a_label_is_named_in_singular_and_plural_in_any_case() -> None:
    """By its last part, without who wears it; the longer of two names wins."""
    labels = ["Men/Outerwear/Down jackets", "Jackets", "WOMEN_Dresses", "Camisas", "Men"]
    titles = ["DOWN JACKET navy", "Denim jacket", "Shirt dress", "Camisa de lino", "Men's cap"]
    named = find_named_labels(titles, labels)
    assert [np.flatnonzero(row).tolist() for row in named] == [[0], [1], [2], [3], []]


def test_a_gender_is_weighed_without_its_own_group() -> None:
    """Women's shoes that look like men's stay women's; a colour variant doesn't vouch for the other."""
    targets, genders = np.repeat([0, 1], 10), ["Men"] * 10 + ["Women"] * 10
    by_photo = np.full((20, 2), 0.5)
    told = weigh_in_genders(by_photo, genders, targets, np.arange(20))
    assert (told.argmax(axis=1) == targets).all()
    genders[0] = genders[1] = "Women"
    groups = np.array([0, 0, *range(1, 19)])
    assert weigh_in_genders(by_photo, genders, targets, groups)[0, 1] > 0.9
    np.testing.assert_allclose(weigh_in_genders(by_photo, [None] * 20, targets, groups), by_photo)


def test_the_label_itself_is_no_evidence() -> None:
    """Only what else the shop wrote."""
    product = Product("1", "Coats", "Wool wrap", gender="Women", description="Warm", attributes={"fit": "loose"})
    assert describe_product(product) == "Wool wrap Warm loose"
