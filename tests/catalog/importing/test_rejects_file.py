"""The rejects file: where it is, what it says, when it goes away."""

import csv


def _break(coats):
    content = coats.read_text()
    coats.write_text(content.replace("29.90", "?"))
    return content


def test_columns_are_row_product_file_and_reason(coats, load, read_rejects):
    """The file can be read by any spreadsheet."""
    _break(coats)
    assert read_rejects(load(coats)) == [
        {
            "row": "3",
            "product_id": "C2",
            "file": "",
            "reason": "price '?' is not a number; write it as 49.90.",
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
    rows = [{"product_id": f"{number}", "category": "Coats", "image": "1.jpg", "price": ""} for number in range(9)]
    report = load(write_table("products.csv", [row | {"price": "?"} for row in rows[:-1]] + rows[-1:]))
    shown = [line.strip() for line in report.describe() if "is not a number" in line]
    assert shown[0] == "row 2, 0: price '?' is not a number; write it as 49.90."
    assert len(shown) == 5
    assert any("... and 3 more" in line for line in report.describe())
    assert any(str(report.rejects_file) in line for line in report.describe())
