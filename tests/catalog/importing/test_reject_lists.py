import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.importing.import_report import ImportReport
from catalog.importing.reject_lists import RejectLists
from catalog.settings import rejects_dir
from tests.catalog.conftest import Draw, WriteTable


def test_the_rejects_of_an_import_are_found_by_product(
    load: Callable[..., ImportReport], draw: Draw, write_table: WriteTable
) -> None:
    """With the reason, as soon as the import has ended; and no more when it was mended."""
    lists = RejectLists(rejects_dir())
    assert (lists.product_ids(), lists.count()) == ((), 0)
    draw("a.jpg")
    rows: list[dict[str, Any]] = [{"product_id": "Años 1", "category": "Coats", "image": "a.jpg", "images": "gone.jpg"}]
    rows += [{"product_id": "2", "category": "", "image": "a.jpg"}]
    load(write_table("products.csv", rows))
    assert lists.product_ids() == ("Años 1", "2")
    (reject,) = lists.of("Años 1")
    assert reject.file.endswith("gone.jpg")
    assert reject.reason
    assert lists.of("2")[0].file == ""
    assert lists.of("3") == []
    draw("gone.jpg", shade=5)
    load(write_table("products.csv", rows[:1]))
    assert (lists.product_ids(), lists.of("Años 1")) == ((), [])


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    """A build replaces its list; what isn't a list is passed over."""
    lists = RejectLists(tmp_path)
    path = tmp_path / "index.csv"
    path.write_text("product_id,file,reason\n1,a.jpg,gone\n1,b.jpg,gone\n")
    assert (len(lists.of("1")), lists.count()) == (2, 2)
    path.write_text("product_id,file,reason\n2,c.jpg,gone\n")
    os.utime(path, ns=(1, 1))
    assert (lists.of("1"), lists.product_ids()) == ([], ("2",))
    (tmp_path / "other.csv").write_bytes(b"\xff\xfe\x00")
    assert lists.count() == 1


def test_no_cell_of_the_file_is_a_formula(
    load: Callable[..., ImportReport], draw: Draw, write_table: WriteTable
) -> None:
    """A supplier may write one into a feed; who opens the file in a spreadsheet runs nothing, and we read it back."""
    draw("a.jpg")
    formula = '=HYPERLINK("http://evil.example")'
    rows: list[dict[str, Any]] = [{"product_id": formula, "category": "", "image": "a.jpg"}]
    report = load(write_table("products.csv", [*rows, {"product_id": "2", "category": "Coats", "image": "a.jpg"}]))
    assert report.rejects_file is not None
    with report.rejects_file.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{formula}" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    lists = RejectLists(rejects_dir())
    assert lists.product_ids() == (formula,)
    assert lists.of(formula)[0].product_id == formula
