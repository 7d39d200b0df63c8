"""Parquet tables."""

import pyarrow
import pyarrow.parquet
import pytest

from catalog.errors import SourceError
from catalog.feeds.parquet import ParquetReader


def test_rows_are_counted_from_one_across_batches(tmp_path):
    """Parquet has no header line; long tables come in batches without losing count."""
    path = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"product_id": list(range(5000))}), path)
    reader = ParquetReader(path)
    records = list(reader.records())
    assert reader.columns == ["product_id"]
    assert [(record.row, record.values["product_id"]) for record in records] == [(n + 1, n) for n in range(5000)]


def test_values_keep_their_types(tmp_path, draw, load, catalog, shop):
    """Numbers, lists, categories, flags and gaps mean in Parquet what they are."""
    draw("1.jpg", shade=1)
    draw("2.jpg", shade=2)
    table = pyarrow.table(
        {
            "product_id": pyarrow.array([15970.0, 15971.0]),
            "category": pyarrow.array(["Coats", "Shoes"]).dictionary_encode(),
            "image": ["1.jpg", "2.jpg"],
            "images": pyarrow.array([["2.jpg"], None], pyarrow.list_(pyarrow.string())),
            "price": [1.299, None],
            "in_stock": [True, None],
            "weight": pyarrow.array([1, None], pyarrow.int64()),
        }
    )
    pyarrow.parquet.write_table(table, shop / "t.parquet")
    load(shop / "t.parquet")
    first, second = catalog.iter_products()
    assert (first.product_id, first.category, first.price_cents, first.in_stock) == ("15970", "Coats", 130, True)
    assert [photo.path.name for photo in first.photos] == ["1.jpg", "2.jpg"]
    assert (first.attributes, second.attributes) == ({"weight": "1"}, {})
    assert (second.price_cents, second.in_stock) == (None, None)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (pyarrow.date32(), [2**30, 0]),
        (pyarrow.timestamp("us"), [2**62, 0]),
        (pyarrow.duration("s"), [2**62, 0]),
        (pyarrow.timestamp("us", tz="Mars/Phobos"), [1, 0]),
    ],
    ids=str,
)
def test_a_moment_that_python_cannot_hold_is_missing(tmp_path, kind, numbers):
    """Databases write "infinity" as a date far away; it ended the import with a traceback."""
    path = tmp_path / "t.parquet"
    table = pyarrow.table({"product_id": ["A", "B"], "since": pyarrow.array(numbers, kind)})
    pyarrow.parquet.write_table(table, path)
    records = list(ParquetReader(path).records())
    assert [record.values["product_id"] for record in records] == ["A", "B"]
    assert records[0].values["since"] is None


def test_of_two_columns_with_one_name_the_first_counts(tmp_path):
    """As in other tables."""
    path = tmp_path / "t.parquet"
    columns = [pyarrow.array(["A"]), pyarrow.array(["first"]), pyarrow.array(["second"])]
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(columns, ["product_id", "title", "title"]), path)
    (record,) = ParquetReader(path).records()
    assert record.values == {"product_id": "A", "title": "first"}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"product_id,category\n"])
def test_file_that_is_no_parquet_is_an_error(tmp_path, content):
    """What pyarrow stumbles over becomes one sentence."""
    path = tmp_path / "t.parquet"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="can't be read as Parquet"):
        ParquetReader(path)


def test_damage_behind_the_header_is_an_error(tmp_path):
    """A file whose middle was overwritten says so instead of delivering half of it."""
    path = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"product_id": [str(n) * 9 for n in range(9000)]}), path)
    content = bytearray(path.read_bytes())
    content[100 : len(content) // 2] = b"\xff" * (len(content) // 2 - 100)
    path.write_bytes(content)
    reader = ParquetReader(path)
    with pytest.raises(SourceError, match="is damaged after row"):
        list(reader.records())
