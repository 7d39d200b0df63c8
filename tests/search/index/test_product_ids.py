"""Ids of products in few bytes, against a list and a dictionary of Python's texts."""

import numpy as np
import pyarrow as pa
import pytest

import search.index.product_ids
from search.index.product_ids import IdPositions, ProductIds

IDS = ["coat-1", "", "ünïcode/日本", "a b", "x" * 300, "coat-2", "👗"]


@pytest.mark.parametrize("chunks", [[IDS], [IDS[:2], [], IDS[2:]], [[]]])
def test_ids_are_those_that_came_by_position_and_by_text(chunks: list[list[str]]) -> None:
    """Whatever characters and lengths they have, and however the column lies in memory."""
    ids = [one for chunk in chunks for one in chunk]
    found = ProductIds(pa.chunked_array(chunks, pa.string()))
    positions = IdPositions(found)
    assert list(found) == ids == [found[place] for place in range(len(ids))]
    assert len(found) == len(positions) == len(ids)
    assert dict(positions) == {one: place for place, one in enumerate(ids)}
    assert found[1:3] == ids[1:3]
    for unknown in ("coat-3", "COAT-1", "x" * 299):
        assert unknown not in positions
        assert positions.get(unknown) is None


def test_positions_may_be_numbers_of_numpy_and_count_from_the_end() -> None:
    """As those of a list do."""
    found = ProductIds(pa.chunked_array([IDS]).slice(1))
    assert found[np.int64(4)] == IDS[5]
    assert found[-1] == IDS[-1]
    for beyond in (len(IDS) - 1, -len(IDS)):
        with pytest.raises(IndexError):
            found[beyond]


def test_ids_with_the_same_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two in a million may have one."""
    monkeypatch.setattr(search.index.product_ids, "hash", lambda text: len(text) % 3, raising=False)
    positions = IdPositions(ProductIds(pa.chunked_array([IDS])))
    assert [positions[one] for one in IDS] == list(range(len(IDS)))
    assert "coat-9" not in positions
