"""Lists of objects in JSON documents: what is read piece by piece is what a document read as a whole says."""

import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceError
from catalog.feeds import json_items
from catalog.feeds.json_document import JsonDocumentReader, load_document, open_list
from catalog.feeds.rows import Record
from catalog.feeds.values import ShortenedNumber


def as_a_whole(path: Path) -> list[Any] | None:
    """The list that is meant, of a document that was read as a whole; None where there is none."""
    try:
        document = load_document(path).content
    except SourceError:
        return None
    if isinstance(document, dict):
        document = max((one for one in document.values() if isinstance(one, list)), key=len, default=document)
    return document if isinstance(document, list) and any(isinstance(row, dict) for row in document) else None


def read(path: Path) -> list[Record] | None:
    try:
        reader = JsonDocumentReader(path)
    except SourceError:
        return None
    records = list(reader.records())
    assert list(reader.records()) == records, "a table can be read several times"
    assert reader.columns == list(dict.fromkeys(key for one in records for key in one.values))
    return records


def draw_value(draw: random.Random, depth: int = 0) -> Any:
    values: list[Callable[[], Any]] = [
        lambda: draw.choice([0, -1, 10**30, 1.5, 7.2e11, None, True, float("inf")]),
        lambda: "".join(draw.choices('aé"\\\n\t😀]},:{[ ', k=draw.randrange(12))),
    ]
    if depth < 3:
        values += [
            lambda: [draw_value(draw, depth + 1) for _ in range(draw.randrange(4))],
            lambda: {draw.choice("abcd"): draw_value(draw, depth + 1) for _ in range(draw.randrange(4))},
        ]
    return draw.choice(values)()


@pytest.mark.parametrize("piece", [1, 7, 2**20])
def test_pieces_say_what_the_whole_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    """Random documents, and damaged ones: the same values, or the same refusal."""
    monkeypatch.setattr(json_items, "_PIECE", piece)
    monkeypatch.setattr(json_items, "_LONGEST", 10**6)
    draw, path, read_ones = random.Random(4), tmp_path / "a.json", 0
    for _ in range(400):
        root = draw.choice(
            [
                lambda: [draw_value(draw) for _ in range(draw.randrange(6))],
                lambda: {draw.choice("xyz"): [draw_value(draw) for _ in range(draw.randrange(4))] for _ in range(3)},
                lambda: draw_value(draw),
            ]
        )()
        content = json.dumps(root, indent=draw.choice([None, 1]), ensure_ascii=draw.random() < 0.5).encode()
        for _ in range(draw.choice([0, 0, 1, 2])):
            at = draw.randrange(len(content))
            content = content[:at] + draw.choice([b'"', b",", b"]", b"}", b"\xe9", b""]) + content[at + 1 :]
        path.write_bytes(content)
        wanted, found = as_a_whole(path), read(path)
        assert (found is None) == (wanted is None), content
        if found is not None:
            objects = [one if isinstance(one, dict) else {} for one in wanted or ()]
            assert [repr(one.values) for one in found] == [repr(one) for one in objects], content
            read_ones += 1
    assert read_ones > 50


def test_numbers_and_damage_are_those_of_a_whole_document(tmp_path: Path) -> None:
    """What was shortened by an exponent is known, and a stray byte costs its object alone."""
    path = tmp_path / "a.json"
    path.write_bytes('[{"id": 1e3, "a": "ñandú"}, {"id": 2, "a": "caf\udce9"}, 3]'.encode(errors="surrogateescape"))
    first, second, third = JsonDocumentReader(path).records()
    assert isinstance(first.values["id"], ShortenedNumber)
    assert (first.fault, third.fault) == ("", "the value is no object in braces")
    assert "not valid UTF-8" in second.fault


def test_a_large_document_takes_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was loaded whole, which took several times its size, and refused beyond half a gibibyte."""
    monkeypatch.setattr("catalog.feeds.json_document._MAX_BYTES", 1000)
    path = tmp_path / "a.json"
    rows = ",\n".join(json.dumps({"product_id": f"p{n}", "description": "x" * 2000}) for n in range(10_000))
    path.write_text(f'{{"made": "today", "products": [{rows}], "total": 10000}}')
    tracemalloc.start()
    reader = JsonDocumentReader(path)
    count = sum(1 for _ in reader.records())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, reader.columns) == (10_000, ["product_id", "description"])
    assert peak < path.stat().st_size / 2


def test_a_value_without_an_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quotation mark that is missing makes one text of the rest of the file."""
    monkeypatch.setattr("catalog.feeds.json_document._MAX_BYTES", 1000)
    monkeypatch.setattr(json_items, "_PIECE", 1000)
    monkeypatch.setattr(json_items, "_LONGEST", 10_000)
    path = tmp_path / "a.json"
    path.write_text('[{"a": "' + "x" * 10**6)
    with pytest.raises(SourceError, match="JSON Lines"):
        JsonDocumentReader(path)


def test_of_lists_with_one_name_the_last_counts(tmp_path: Path) -> None:
    """As everywhere in JSON."""
    path = tmp_path / "a.json"
    path.write_text('{"products": [{"a": 1}], "others": [{"b": 1}, {"b": 2}], "products": [{"a": 2}]}')
    assert list(open_list(path, "products")[0].content) == [{"a": 2}]
    with pytest.raises(SourceError, match='no list of "things"'):
        open_list(path, "things")
