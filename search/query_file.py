"""Queries as files, so that the worker processes of one shop share what any of them has embedded."""

import json
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from search.photo import Box
from search.query import CategoryProbability, Query, QueryEmbedding


def save_query(query: Query, part: Box | None, path: Path) -> None:
    """Write a query to a file (npz, without pickling).

    Args:
        query: the query.
        part: the part of the photo that it is of; None for all of it.
        path: the file.

    Raises:
        OSError: the file can't be written.
    """
    embedding = query.embedding
    facts = {
        "part": part,
        "model": embedding.model,
        "gender": embedding.gender,
        "colour": embedding.colour,
        "box": embedding.box,
        "snapshot_id": query.snapshot_id,
        "prediction": [asdict(guess) for guess in query.prediction],
        "in_distribution": query.in_distribution,
    }
    with path.open("wb") as file:
        np.savez(
            file,
            facts=np.array(json.dumps(facts)),
            vector=embedding.vector,
            class_probabilities=embedding.class_probabilities,
            probabilities=query.probabilities,
        )


def load_query(path: Path) -> tuple[Box | None, Query]:
    """The query of a file, and the part of the photo that it is of.

    Raises:
        OSError: the file can't be read.
        ValueError: the file holds no query.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts = json.loads(str(arrays["facts"]))
            embedding = QueryEmbedding(
                facts["model"],
                arrays["vector"],
                arrays["class_probabilities"],
                facts["gender"],
                facts["colour"],
                _read_box(facts["box"]),
            )
            guesses = tuple(CategoryProbability(**guess) for guess in facts["prediction"])
            in_distribution = bool(facts["in_distribution"])
            query = Query(embedding, facts["snapshot_id"], arrays["probabilities"], guesses, in_distribution)
            return _read_box(facts["part"]), query
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, EOFError) as error:
        raise ValueError(f"{path.name} holds no query: {error}") from error


def _read_box(numbers: list[float] | None) -> Box | None:
    if numbers is None:
        return None
    left, top, width, height = numbers
    return left, top, width, height
