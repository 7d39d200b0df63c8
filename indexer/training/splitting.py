"""Which photos are learned from, chosen by, and judged by; nothing that looks the same stands on two sides."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from indexer.errors import TrainingDataError
from indexer.training.examples import MAIN_HEAD, SPLITS

SPLIT_COLUMNS = ("image", "product_id", "sha256", "split")
_LABEL = "label"  # what was learned, which a correction may have changed; bundles made earlier don't tell
_TRAIN, _VALIDATION, _TEST = SPLITS
_HELD_OUT = 8  # one photo in so many for validation and for the test each: 75 / 12.5 / 12.5 percent
_PIECES_TO_JUDGE = 3  # of a class; with fewer it can't be on every side


def split_examples(
    examples: pd.DataFrame, links: Sequence[tuple[int, int]], seed: int, *, with_test: bool = True
) -> pd.DataFrame:
    """A copy of the examples with every ``split`` filled.

    Photos of one product or group, and near-duplicates, stick together as one piece.

    A split that the source gives is kept as it is, even where it tears a piece apart (``count_leaks`` says how often),
    so that published figures stay comparable. Photos without one join their piece: on its most held-out side, or in
    train if no photo of the piece has a side. A validation or test part that is missing altogether is then taken from
    train.

    Where the source gives none, each class is dealt out 75 / 12.5 / 12.5, piece by piece, at random. A class of
    three pieces or more has at least one on each side, which scikit-learn's StratifiedGroupKFold doesn't promise to
    small classes; one of fewer is only learned from.

    Args:
        examples: as ``read_examples`` gives them.
        links: pairs of rows that show the same.
        seed: another one gives another split.
        with_test: whether a missing test part is dealt out; without, those photos are learned from.

    Raises:
        TrainingDataError: the source's own split leaves nothing to learn from.
    """
    split = examples.copy()
    pieces = find_pieces(examples, links)
    sides = examples["split"].to_numpy(object, copy=True)
    given = ~pd.isna(sides)
    if given.any():
        sides = _join_pieces(sides, pieces)
        if not (sides == _TRAIN).any():
            raise TrainingDataError(
                "The source's split has no training photos. Put some into the split 'train', "
                "or leave the split out and it will be made."
            )
    else:
        sides[:] = _TRAIN
    sides_needed = (_TEST, _VALIDATION) if with_test else (_VALIDATION,)
    wanted = [side for side in sides_needed if not (sides == side).any()]
    if wanted:
        _take_from_train(sides, pieces, examples[MAIN_HEAD].to_numpy(object), wanted, np.random.default_rng(seed))
    split["split"] = pd.Series(sides, index=split.index, dtype=object)
    split.attrs = dict(examples.attrs)
    return split


def find_pieces(examples: pd.DataFrame, links: Sequence[tuple[int, int]]) -> np.ndarray:
    """Which piece each photo belongs to: those of one product, one group, or linked as near-duplicates share one.

    Args:
        examples: as ``read_examples`` gives them.
        links: pairs of rows that show the same.

    Returns:
        (N,) int, from 0.

    Raises:
        ValueError: a link to a row that isn't there.
    """
    count = len(examples)
    products = pd.factorize(examples["product_id"])[0] + count
    groups = pd.factorize(examples["group_id"])[0] + products.max(initial=count) + 1
    pairs = np.asarray(links, np.int64).reshape(-1, 2)
    if pairs.size and (pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"Links between rows {pairs.min()} and {pairs.max()} came; there are rows 0 to {count - 1}.")
    rows = np.arange(count)
    starts = np.concatenate([rows, rows, pairs[:, 0]])
    ends = np.concatenate([products, groups, pairs[:, 1]])
    nodes = int(groups.max(initial=count)) + 1
    graph = coo_array((np.ones(len(starts), np.int8), (starts, ends)), (nodes, nodes))
    return connected_components(graph, directed=False)[1][:count]


def count_leaks(examples: pd.DataFrame, links: Sequence[tuple[int, int]]) -> dict[str, int]:
    """How many photos of validation and test show the same product, group or photo as one that is learned from."""
    pieces = find_pieces(examples, links)
    learned = np.unique(pieces[(examples["split"] == _TRAIN).to_numpy()])
    leaks = np.isin(pieces, learned)
    return {side: int((leaks & (examples["split"] == side).to_numpy()).sum()) for side in (_VALIDATION, _TEST)}


def write_split(examples: pd.DataFrame, path: Path) -> None:
    """Write down which photo stands where: a CSV of file name, product, fingerprint, side and label as learned."""
    table = examples.assign(image=[Path(photo).name for photo in examples["path"]])
    table[_LABEL] = table[MAIN_HEAD]
    table.to_csv(path, columns=[*SPLIT_COLUMNS, _LABEL], index=False, encoding="utf-8", lineterminator="\n")


def read_split(path: Path) -> pd.DataFrame:
    """What ``write_split`` wrote: ``image``, ``product_id``, ``sha256``, ``split`` and perhaps ``label``, all text.

    Raises:
        TrainingDataError: it isn't there, or is no such table.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise TrainingDataError(
            f"There is no {path}, so nobody can tell which photos the model was trained on. "
            "Train it with `python -m indexer train`, which writes the split into the bundle."
        ) from error
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise TrainingDataError(f"{path} can't be read as a split: {error}") from error
    known = (list(SPLIT_COLUMNS), [*SPLIT_COLUMNS, _LABEL])
    if list(table.columns) not in known or not table["split"].isin(SPLITS).all():
        raise TrainingDataError(
            f"{path} is not a split: columns {', '.join(SPLIT_COLUMNS)} are needed, "
            f"with {', '.join(SPLITS)} in the last. Take it from the bundle as it was trained."
        )
    return table


def _join_pieces(sides: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """The given sides, and for photos without one the most held-out side of their piece."""
    ranks = pd.Series(sides).map({side: rank for rank, side in enumerate(SPLITS)}).fillna(0)
    highest = ranks.groupby(pieces).transform("max").astype(int)
    return np.where(pd.isna(sides), np.array(SPLITS, object)[highest], sides)


def _take_from_train(
    sides: np.ndarray, pieces: np.ndarray, labels: np.ndarray, wanted: list[str], rng: np.random.Generator
) -> None:
    """Deal each class's training pieces out among ``wanted`` and train, changing ``sides``."""
    torn = np.unique(pieces[sides != _TRAIN])  # of these a part is on another side already; the rest stays
    free = np.flatnonzero(~np.isin(pieces, torn))
    free = free[np.argsort(pieces[free], kind="stable")]
    names, starts = np.unique(pieces[free], return_index=True)
    rows_of = dict(zip(names.tolist(), np.split(free, starts[1:]), strict=True))
    votes = pd.DataFrame({"piece": pieces[free], "label": labels[free]}).value_counts().rename("votes").reset_index()
    votes = votes.sort_values(["piece", "votes", "label"], ascending=[True, False, True]).drop_duplicates("piece")
    for _, ours in votes.groupby("label", sort=True)["piece"]:
        order = sorted(rng.permutation(ours.to_numpy()).tolist(), key=lambda piece: -len(rows_of[piece]))
        for piece, side in zip(order, _deal([len(rows_of[piece]) for piece in order], wanted), strict=True):
            sides[rows_of[piece]] = side


def _deal(sizes: list[int], wanted: list[str]) -> list[str]:
    """A side for each piece of a class, largest first: where the largest share of what is due is still missing."""
    if len(sizes) < _PIECES_TO_JUDGE:
        return [_TRAIN] * len(sizes)
    total = sum(sizes)
    smallest = sizes[-len(wanted)]  # one piece fits on each side, however large the pieces are
    held_out = dict.fromkeys(wanted, max(smallest, round(total / _HELD_OUT)))
    due = {_TRAIN: max(1, total - sum(held_out.values())), **held_out}
    missing = dict(due)
    dealt = []
    for size in sizes:
        fitting = [side for side in due if side == _TRAIN or size <= missing[side]]
        side = max(fitting, key=lambda one: missing[one] / due[one])  # train before the others where they are equal
        missing[side] -= size
        dealt.append(side)
    return dealt
