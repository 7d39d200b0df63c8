"""Reading what a training learns from."""

import hashlib
import os
from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import MissingColumnError
from indexer.errors import TrainingDataError
from indexer.training.examples import check_classes, drop_rows, read_examples


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Files called 0.jpg to 7.jpg; nothing here decodes them."""
    for number in range(8):
        (tmp_path / f"{number}.jpg").write_bytes(b"photo %d" % number)
    return tmp_path


def table(folder: Path, text: str) -> Path:
    path = folder / "products.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_row_a_photo_with_product_group_and_heads(photos: Path) -> None:
    """A product's photos follow each other; what the source doesn't say is None."""
    source = table(
        photos,
        "product_id,category,image,images,group_id,gender,colour,split\n"
        "a,Coats,0.jpg,1.jpg|2.jpg,g,Men,,val\n"
        "b,Shirts,3.jpg,,,Women,Red,train\n"
        "c,Shirts,4.jpg,,g,,Blue,\n",
    )
    read = read_examples(source, progress=False)
    examples = read.examples
    assert not read.rejects
    assert examples.attrs["heads"] == ["category", "gender", "colour"]
    assert list(examples.columns) == [
        *("path", "product_id", "group_id", "sha256", "split"),
        *("category", "gender", "colour"),
    ]
    assert examples.index.equals(pd.RangeIndex(5))
    assert examples["product_id"].tolist() == ["a", "a", "a", "b", "c"]
    assert examples["group_id"].tolist() == ["g", "g", "g", "b", "g"]
    assert examples["split"].tolist() == ["validation"] * 3 + ["train", None]
    assert examples["gender"].tolist() == ["Men", "Men", "Men", "Women", None]
    assert examples["colour"].tolist() == [None, None, None, "Red", "Blue"]
    assert examples["path"].tolist() == [str(photos / f"{number}.jpg") for number in range(5)]
    assert examples["sha256"][1] == hashlib.sha256(b"photo 1").hexdigest()


def test_an_export_teaches_what_its_products_say(photos: Path) -> None:
    """A platform's columns have other names than ours, and its products have the same fields."""
    source = table(
        photos,
        "Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Image Src,Google Shopping / Gender\n"
        "a,Coat,Coats,Color,Red,9,0.jpg,male\nb,Shirt,Shirts,Color,Blue,9,1.jpg,female\nc,Shirt,Shirts,Color,Red,9,2.jpg,\n",
    )
    examples = read_examples(source, progress=False).examples
    assert examples["category"].tolist() == ["Coats", "Shirts", "Shirts"]
    assert examples["colour"].tolist() == ["Red", "Blue", "Red"]
    assert examples["gender"].tolist() == ["Men", "Women", None]


def test_rows_of_one_product_are_joined(photos: Path) -> None:
    """As the import does it; a photo named twice is one photo, one shared by two products is two."""
    source = table(photos, "product_id,category,image\na,Coats,0.jpg\nb,Hats,1.jpg\na,Coats,2.jpg\na,Coats,0.jpg\n")
    examples = read_examples(source, progress=False).examples
    assert sorted(zip(examples["product_id"], examples["path"].map(os.path.basename), strict=True)) == [
        ("a", "0.jpg"),
        ("a", "2.jpg"),
        ("b", "1.jpg"),
    ]
    shared = table(photos, "product_id,category,image\na,Coats,0.jpg\nb,Hats,0.jpg\n")
    assert read_examples(shared, progress=False).examples["sha256"].nunique() == 1


def test_folder_of_classes_and_splits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative, and with names in any script."""
    for name in ("train/Abrigos/año 1.jpg", "test/帽子/é.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    monkeypatch.chdir(tmp_path.parent)
    examples = read_examples(Path(tmp_path.name), progress=False).examples
    assert examples.attrs["heads"] == ["category"]
    found = examples.set_index("product_id")
    assert list(found.loc["train/Abrigos/año 1.jpg", ["category", "split"]]) == ["Abrigos", "train"]
    assert list(found.loc["test/帽子/é.jpg", ["category", "split"]]) == ["帽子", "test"]
    assert all(Path(path).is_absolute() and Path(path).is_file() for path in examples["path"])


def test_label_may_be_any_column(photos: Path) -> None:
    """The table needs no category then; rows without the label are rejected in the person's own words."""
    source = table(photos, "sku,kind,image,season\na,Coat,0.jpg,Winter\nb,,1.jpg,Summer\nc,Hat,2.jpg,Summer\n")
    read = read_examples(source, mapping={"product_id": "sku"}, label="kind", also=["season"], progress=False)
    assert read.examples["category"].tolist() == ["Coat", "Hat"]
    assert read.examples["season"].tolist() == ["Winter", "Summer"]
    assert [(reject.row, reject.product_id, reject.reason) for reject in read.rejects] == [(3, "b", "kind is empty.")]


def test_label_beside_a_category_and_mapped_fields(photos: Path) -> None:
    """``--label gender`` is the mapped column, and no head twice."""
    source = table(photos, "product_id,category,image,sex,colour\na,,0.jpg,Men,Red\nb,Hats,1.jpg,Women,Blue\n")
    read = read_examples(source, mapping={"gender": "sex"}, label="gender", progress=False)
    assert read.examples["category"].tolist() == ["Men", "Women"]
    assert read.examples.attrs["heads"] == ["category", "colour"]
    by_column = read_examples(source, mapping={"gender": "sex"}, label="colour", also=["sex"], progress=False)
    assert by_column.examples["sex"].tolist() == ["Men", "Women"]


def test_heads_of_one_value_are_left_out(photos: Path) -> None:
    """A shop that sells for women only can still be trained on; who asks for that head is told."""
    source = table(photos, "product_id,category,image,gender,colour\na,A,0.jpg,Women,Red\nb,B,1.jpg,Women,Blue\n")
    examples = read_examples(source, progress=False).examples
    assert examples.attrs["heads"] == ["category", "colour"]
    assert "gender" not in examples
    with pytest.raises(TrainingDataError, match="only the value 'Women'"):
        read_examples(source, also=["gender"], progress=False)


def test_what_is_no_column_is_told_with_those_that_are(photos: Path) -> None:
    """And with the one that was probably meant."""
    source = table(photos, "product_id,article_type,image,base_colour,price\na,A,0.jpg,Red,1\nb,B,1.jpg,Blue,2\n")
    with pytest.raises(TrainingDataError, match=r"'artcle_type'.*article_type, image.*--label article_type\?"):
        read_examples(source, label="artcle_type", progress=False)
    with pytest.raises(TrainingDataError, match=r"--also names.*--also base_colour\?"):
        read_examples(source, label="article_type", also=["basecolour"], progress=False)
    with pytest.raises(TrainingDataError, match="no property to learn"):
        read_examples(source, label="article_type", also=["price"], progress=False)
    with pytest.raises(MissingColumnError, match="--map category=article_type"):
        read_examples(source, progress=False)
    with pytest.raises(TrainingDataError, match="is a folder"):
        read_examples(photos, label="article_type", progress=False)


def test_missing_photos_are_rejected_and_the_rest_is_used(photos: Path) -> None:
    """As are folders and rows that make no sense."""
    (photos / "folder.jpg").mkdir()
    source = table(
        photos, "product_id,category,image\na,A,gone.jpg\nb,B,1.jpg\n,B,2.jpg\nc,B,folder.jpg\nd,B,http://x/1.jpg\n"
    )
    read = read_examples(source, progress=False)
    assert read.examples["product_id"].tolist() == ["b"]
    assert [(reject.row, reject.reason.split()[0]) for reject in read.rejects] == [
        (2, "There"),
        (4, "product_id"),
        (5, "This"),
        (6, "This"),
    ]


def test_nothing_usable_is_an_error_with_the_first_reason(photos: Path) -> None:
    """Rather than an empty table."""
    source = table(photos, "product_id,category,image\na,A,gone.jpg\nb,A,gone.jpg\n")
    with pytest.raises(TrainingDataError, match=r"2 rows or photos.*row 2.*no such file"):
        read_examples(source, progress=False)


def test_unknown_split_names_are_refused(photos: Path) -> None:
    """Guessing what "gallery" means could put test photos into training."""
    source = table(photos, "product_id,category,image,split\na,A,0.jpg,train\nb,B,1.jpg,gallery\n")
    with pytest.raises(TrainingDataError, match="'gallery'"):
        read_examples(source, progress=False)


def examples_of(categories: list[str]) -> pd.DataFrame:
    examples = pd.DataFrame({"category": categories, "path": [f"{row}.jpg" for row in range(len(categories))]})
    examples.attrs["heads"] = ["category"]
    return examples


def test_too_few_classes_or_photos_are_named() -> None:
    """Before hours are spent."""
    check_classes(examples_of(["Coats"] * 4 + ["Hats"] * 4))
    check_classes(examples_of(["Coats"] * 4 + ["Hats"]), minimum=1)
    with pytest.raises(TrainingDataError, match=r"1 of 3 classes .* fewer than 4 photos: Hats \(3\)\. "):
        check_classes(examples_of(["Coats"] * 4 + ["Hats"] * 3 + ["Bags"] * 5))
    with pytest.raises(TrainingDataError, match="only 'Coats'"):
        check_classes(examples_of(["Coats"] * 9))
    with pytest.raises(TrainingDataError, match="and 8 more"):
        check_classes(examples_of([f"class {number}" for number in range(20)]))


def test_dropped_rows_leave_numbered_rows_and_the_heads() -> None:
    """Row r of the examples stays row r of the pixels made from them."""
    left = drop_rows(examples_of(["A", "B", "C", "D"]), {1, 2})
    assert left["category"].tolist() == ["A", "D"]
    assert left.index.tolist() == [0, 1]
    assert left.attrs["heads"] == ["category"]
