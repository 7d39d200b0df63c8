"""The split into training, validation and test photos; a leakage group is never divided."""

from pathlib import Path

import numpy as np
import pandas as pd

from indexer.corpus.folds import Links, find_leakage_groups
from indexer.csv_tables import csv_text, unguard_table
from indexer.errors import TrainingDataError
from indexer.training.examples import MAIN_HEAD, SPLITS

SPLIT_COLUMNS = ("image", "product_id", "sha256", "split")
_LABEL = "label"  # what was learned, which a correction may have changed; bundles made earlier don't tell
_TRAIN, _VALIDATION, _TEST = SPLITS
_PRECEDENCE = (_TEST, _VALIDATION, _TRAIN)  # a later one wins
_HELD_OUT = 8  # one photo in so many for validation and for the test each: 75 / 12.5 / 12.5 percent
_GROUPS_FOR_ALL_SPLITS = 3  # of a class; with fewer the class can't be in every split


def split_examples(examples: pd.DataFrame, links: Links, seed: int, *, with_test: bool = True) -> pd.DataFrame:
    """A copy of the examples with every ``split`` filled.

    Photos of one product or group, and near-duplicates, form a leakage group.

    A split that the source gives is kept as it is, even where it divides a leakage group (``count_leaks`` says how
    often), so that published figures stay comparable. Photos without a split join their group: in its most held-out
    split, or in train if no photo of the group has a split. A validation or test split that is missing altogether is
    then taken from train.

    Where the source gives no split, each class is dealt out 75 / 12.5 / 12.5, group by group, at random. A class of
    three groups or more has at least one in each split, which scikit-learn's StratifiedGroupKFold doesn't promise to
    small classes; a class of fewer groups is only learned from.

    Args:
        examples: as ``read_examples`` gives them.
        links: pairs of rows that show the same.
        seed: another one gives another split.
        with_test: whether a missing test part is dealt out; without, those photos are learned from.

    Raises:
        TrainingDataError: the source's own split leaves nothing to learn from.
    """
    split = examples.copy()
    groups = find_leakage_groups(examples, links)
    splits = examples["split"].to_numpy(object, copy=True)
    given = ~pd.isna(splits)
    if given.any():
        splits = _join_groups(splits, groups)
        if not (splits == _TRAIN).any():
            raise TrainingDataError(
                "The source's split has no training photos. Put some into the split 'train', "
                "or leave the split out and it will be made."
            )
    else:
        splits[:] = _TRAIN
    splits_needed = (_TEST, _VALIDATION) if with_test else (_VALIDATION,)
    wanted = [name for name in splits_needed if not (splits == name).any()]
    if wanted:
        _take_from_train(splits, groups, examples[MAIN_HEAD].to_numpy(object), wanted, np.random.default_rng(seed))
    split["split"] = pd.Series(splits, index=split.index, dtype=object)
    split.attrs = dict(examples.attrs)
    return split


def count_leaks(examples: pd.DataFrame, links: Links) -> dict[str, int]:
    """How many photos of validation and test show the same product, group or photo as one that is learned from."""
    groups = find_leakage_groups(examples, links)
    learned = np.unique(groups[(examples["split"] == _TRAIN).to_numpy()])
    leaks = np.isin(groups, learned)
    return {name: int((leaks & (examples["split"] == name).to_numpy()).sum()) for name in (_VALIDATION, _TEST)}


def write_split(examples: pd.DataFrame, path: Path) -> None:
    """Write down which photo stands where: a CSV of file name, product, fingerprint, split and label as learned."""
    table = examples.assign(image=[Path(photo).name for photo in examples["path"]])
    table[_LABEL] = table[MAIN_HEAD]
    path.write_text(csv_text(table[[*SPLIT_COLUMNS, _LABEL]]), encoding="utf-8", newline="")


def read_split(path: Path) -> pd.DataFrame:
    """What ``write_split`` wrote: ``image``, ``product_id``, ``sha256``, ``split`` and perhaps ``label``, all text.

    Raises:
        TrainingDataError: it isn't there, or is no such table.
    """
    try:
        table = unguard_table(pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8"))
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


def read_photo_splits(path: Path) -> tuple[dict[str, str], dict[str, int]]:
    """sha256 -> split, and for each split how many of its photos count for another one because they are there as well.

    A photo that is in several splits counts for training before validation, and for validation before the test.

    Raises:
        TrainingDataError: as ``read_split``.
    """
    table = read_split(path)
    ordered = table.iloc[np.argsort([_PRECEDENCE.index(split) for split in table["split"]], kind="stable")]
    split_of = dict(zip(ordered["sha256"], ordered["split"], strict=True))
    elsewhere = table["split"][table["split"] != table["sha256"].map(split_of)]
    return split_of, {split: int((elsewhere == split).sum()) for split in _PRECEDENCE}


def _join_groups(splits: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The given splits, and for photos without a split the most held-out split of their group."""
    ranks = pd.Series(splits).map({name: rank for rank, name in enumerate(SPLITS)}).fillna(0)
    highest = ranks.groupby(groups).transform("max").astype(int)
    return np.where(pd.isna(splits), np.array(SPLITS, object)[highest], splits)


def _take_from_train(
    splits: np.ndarray, groups: np.ndarray, labels: np.ndarray, wanted: list[str], rng: np.random.Generator
) -> None:
    """Deal each class's training groups out among ``wanted`` and train, changing ``splits``."""
    torn = np.unique(groups[splits != _TRAIN])  # of these a part is in another split already; the rest stays
    free = np.flatnonzero(~np.isin(groups, torn))
    free = free[np.argsort(groups[free], kind="stable")]
    names, starts = np.unique(groups[free], return_index=True)
    rows_of = dict(zip(names.tolist(), np.split(free, starts[1:]), strict=True))
    votes = pd.DataFrame({"group": groups[free], "label": labels[free]}).value_counts().rename("votes").reset_index()
    votes = votes.sort_values(["group", "votes", "label"], ascending=[True, False, True]).drop_duplicates("group")
    for _, ours in votes.groupby("label", sort=True)["group"]:
        order = sorted(rng.permutation(ours.to_numpy()).tolist(), key=lambda group: -len(rows_of[group]))
        for group, name in zip(order, _deal([len(rows_of[group]) for group in order], wanted), strict=True):
            splits[rows_of[group]] = name


def _deal(sizes: list[int], wanted: list[str]) -> list[str]:
    """A split for each group of a class, largest first: where the largest share of what is due is still missing."""
    if len(sizes) < _GROUPS_FOR_ALL_SPLITS:
        return [_TRAIN] * len(sizes)
    total = sum(sizes)
    smallest = sizes[-len(wanted)]  # one group fits into each split, however large the groups are
    held_out = dict.fromkeys(wanted, max(smallest, round(total / _HELD_OUT)))
    due = {_TRAIN: max(1, total - sum(held_out.values())), **held_out}
    missing = dict(due)
    dealt = []
    for size in sizes:
        fitting = [name for name in due if name == _TRAIN or size <= missing[name]]
        name = max(fitting, key=lambda one: missing[one] / due[one])  # train before the others where they are equal
        missing[name] -= size
        dealt.append(name)
    return dealt
