"""The rejects file: where it is, what it says, when it goes away."""

import csv

from catalog.feeds import Reject
from catalog.importing.rejects_file import RejectsFile


def _break(coats):
    content = coats.read_text()
    coats.write_text(content.replace("C2,Coats", "C2,"))
    return content


def test_columns_are_row_product_field_file_and_reason(coats, load, read_rejects):
    """The file can be read by any spreadsheet."""
    _break(coats)
    assert read_rejects(load(coats)) == [
        {
            "row": "3",
            "product_id": "C2",
            "field": "category",
            "file": "",
            "reason": "category is empty.",
        }
    ]


def test_file_is_replaced_and_removed_when_all_is_well(coats, load):
    """Each import of a source tells its own story, under the same name; without rejects there is no file."""
    content = _break(coats)
    first = load(coats).rejects_file
    assert load(coats).rejects_file == first
    with first.open(newline="") as file:
        assert len(list(csv.reader(file))) == 2
    coats.write_text(content)
    assert load(coats).rejects_file is None
    assert list(first.parent.iterdir()) == []


def test_two_imports_of_one_source_at_once_each_write_their_own(home):
    """As a scheduled one and one from the studio: the one that ends last is told, and neither fails."""
    first, second = RejectsFile("/shop/products.csv"), RejectsFile("/shop/products.csv")
    with first:
        first.add(Reject(1, "A", "", "first"))
        with second:
            second.add(Reject(2, "B", "", "second"))
        assert "second" in second.path.read_text()
    content = first.path.read_text()
    assert "first" in content
    assert "second" not in content


def test_sources_of_one_name_have_separate_files(coats, load, tmp_path):
    """Two shops' products.csv don't overwrite each other's rejects."""
    _break(coats)
    other = tmp_path / "other" / "shop" / "products.csv"
    other.parent.mkdir(parents=True)
    other.write_text(coats.read_text().replace("photos/", f"{coats.parent}/photos/").replace("C", "D"))
    assert load(coats).rejects_file != load(other).rejects_file


def test_file_lies_in_the_data_directory_and_names_the_source(coats, load, home):
    """Whoever looks for it finds it without the import's output."""
    _break(coats)
    path = load(coats).rejects_file
    assert path.parent == home / "rejects"
    assert path.name.startswith("import-shop-products-csv-")


def test_report_shows_the_first_reasons_and_the_rest_by_number(draw, write_table, load):
    """Five reasons are read, five hundred aren't."""
    draw("1.jpg")
    rows = [{"product_id": f"{number}", "category": "Coats", "image": "1.jpg"} for number in range(9)]
    report = load(write_table("products.csv", [row | {"category": ""} for row in rows[:-1]] + rows[-1:]))
    shown = [line.strip() for line in report.describe() if "is empty" in line]
    assert shown[0] == "row 2, 0, category: category is empty."
    assert len(shown) == 5
    assert any("... and 3 more" in line for line in report.describe())
    assert any(str(report.rejects_file) in line for line in report.describe())


def test_warnings_have_a_list_of_their_own(draw, write_table, load, home):
    """Products that came in without a value are no rejects; each value is listed with its row, the first are shown."""
    draw("1.jpg")
    rows = [{"product_id": f"{number}", "category": "Coats", "image": "1.jpg", "price": "?"} for number in range(8)]
    report = load(write_table("products.csv", rows))
    assert (report.added, report.rejected_rows, report.warnings, report.rejects_file) == (8, 0, 8, None)
    assert report.warnings_file.parent == home / "warnings"
    with report.warnings_file.open(newline="") as file:
        first = next(csv.DictReader(file))
    assert first == {
        "row": "2",
        "product_id": "0",
        "field": "price",
        "file": "",
        "reason": "price '?' is not a number; write it as 49.90. It counts as not given.",
    }
    lines = report.describe()
    assert "  warnings  8: 8 price" in lines
    assert any(line.startswith("    row 2, 0, price: ") for line in lines)
    assert sum("is not a number" in line for line in lines) == 5
    assert any("... and 3 more" in line for line in lines)
    assert any(str(report.warnings_file) in line for line in lines)
    assert load(write_table("products.csv", [row | {"price": "1"} for row in rows])).warnings_file is None
    assert list((home / "warnings").iterdir()) == []


def test_long_values_are_cut_in_the_list(draw, write_table, load, read_rejects):
    """A cell of megabytes, such as a photo in place of its name, doesn't make a list that nobody can read."""
    draw("1.jpg")
    rows = [{"product_id": "A", "category": "Coats", "image": "1.jpg"}]
    rows.append({"product_id": "B", "category": "Coats", "image": "n" * 200_000})
    (reject,) = read_rejects(load(write_table("products.jsonl", rows)))
    assert reject["product_id"] == "B"
    assert len(reject["file"]) < 5000
