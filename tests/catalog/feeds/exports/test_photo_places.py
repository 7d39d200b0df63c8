"""Photos that an export names by address, path or file name."""

import os

import pytest

from catalog.errors import SourceError
from catalog.feeds.exports.photo_places import PhotoPlaces


@pytest.fixture
def folder(tmp_path):
    for name in (
        "photos/a.jpg",
        "photos/red coat.jpg",
        "photos/2024/b.jpg",
        "photos/2025/b.jpg",
        "photos/d.jpg?v=7",
        "photos/e\u0301.jpg",
        "secret.jpg",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "photos"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://cdn.example/x/y/a.jpg?v=12#top", "a.jpg"),
        ("//cdn.example/a.jpg", "a.jpg"),
        ("https://cdn.example/red%20coat.jpg", "red coat.jpg"),
        ("https://cdn.example/2025/b.jpg", "2025/b.jpg"),
        ("/m/a/a.jpg", "a.jpg"),
        ("https://cdn.example/d.jpg?v=9", "d.jpg?v=7"),
        ("https://cdn.example/%C3%A9.jpg", "e\u0301.jpg"),
        ("2024/b.jpg", "2024/b.jpg"),
        ("2024\\b.jpg", "2024/b.jpg"),
    ],
)
def test_photos_are_found_by_the_last_part_of_their_address(folder, written, found):
    """Of several files with one name, the folders decide."""
    assert PhotoPlaces(folder, folder).find(written) == folder / found


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("https://cdn.example/c.jpg", "No file named 'c.jpg'"),
        ("https://cdn.example/b.jpg", "2 files are named 'b.jpg'"),
        ("https://cdn.example/", "names no file"),
        ("https://cdn.example/..%2fsecret.jpg", "names no file"),
        ("../secret.jpg", "names no file"),
        ("a\0.jpg", "names no file"),
        ("x" * 5000, "No file named"),
    ],
)
def test_others_are_refused_with_a_reason(folder, written, reason):
    """Nothing outside the folder is ever found."""
    with pytest.raises(ValueError, match=reason):
        PhotoPlaces(folder, folder).find(written)


def test_without_a_folder_addresses_are_refused_and_paths_lie_beside_the_export(folder):
    """The reason says what to do."""
    places = PhotoPlaces(None, folder)
    assert places.find("2024/b.jpg") == folder / "2024" / "b.jpg"
    with pytest.raises(ValueError, match=r"This is a web address.*--images DIR"):
        places.find("https://cdn.example/a.jpg")
    with pytest.raises(ValueError, match="names no file"):
        places.find("../secret.jpg")


def test_a_folder_that_is_none_is_refused(folder):
    """Before anything is read."""
    with pytest.raises(SourceError, match="is no folder"):
        PhotoPlaces(folder / "missing", folder)


def test_a_folder_whose_name_is_no_text_costs_its_photos(folder):
    """No database stores such a path; the import would end."""
    below = folder / os.fsdecode(b"ni\xf1o")
    for name in ("1/b2.jpg", "2/b2.jpg", "a2.jpg"):
        (below / name).parent.mkdir(parents=True, exist_ok=True)
        (below / name).touch()
    places = PhotoPlaces(folder, folder)
    for name, reason in (("a2.jpg", "is not valid UTF-8. Rename it"), ("b2.jpg", "2 files are named")):
        with pytest.raises(ValueError, match=reason) as raised:
            places.find(name)
        str(raised.value).encode()
    with pytest.raises(SourceError, match="not valid UTF-8"):
        PhotoPlaces(below, folder)
