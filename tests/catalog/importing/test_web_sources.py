"""Feeds and photos by their addresses, from the command line into the catalogue."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.__main__ import main
from catalog.checking.source_check import check_source
from catalog.downloads.settings import DownloadSettings
from catalog.errors import SettingError
from catalog.importing.product_writer import ProductWriter
from catalog.importing.sent_photos import SentPhotos
from catalog.importing.web_sources import clean_downloads
from catalog.settings import sent_photos_dir
from tests.catalog.downloads.conftest import photo_bytes, server, settings  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("settings")


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture
def table(shop, server):  # noqa: F811
    """Two products with photos on the web, and one whose only photo isn't there."""
    path = shop / "products.csv"
    rows = [
        f"A,Coats,{server.address('/a.jpg')}|{server.address('/404')}",
        f"B,Coats,{server.address('/versioned.jpg')}",
        f"C,Coats,{server.address('/html')}",
    ]
    path.write_text("\n".join(["product_id,category,image", *rows]))
    return path


def test_photos_on_the_web_are_downloaded(table, catalog, home, server):  # noqa: F811
    """A photo that can't be had is a warning; a product without any is a reject."""
    done = run("import", table)
    assert done.exit_code == 0, done.output
    assert "downloads 4: 2 failed, 2 new" in done.output
    assert "1 photo\n" in done.output.split("rejected")[1]
    assert "there is nothing at this address" in done.output.split("warnings")[1]
    assert [photo.path.parent.parent for photo in catalog.product("A").photos] == [home / "web-photos" / "photos"]
    again = run("import", table)
    assert "2: 0 added, 0 updated, 2 unchanged" in again.output
    server.version = 1
    assert "2: 0 added, 1 updated, 1 unchanged" in run("import", table).output
    assert len(list((home / "web-photos" / "photos").glob("*/*"))) == 2  # the earlier version is gone


def test_nobody_tidies_away_what_an_import_has_yet_to_write(table, catalog, home, monkeypatch):
    """Another import ends, and tidies up, while this one waits for the catalogue."""
    write = ProductWriter.apply

    def apply(*arguments):
        assert clean_downloads(catalog, home) == 0
        write(*arguments)

    monkeypatch.setattr(ProductWriter, "apply", apply)
    assert run("import", table).exit_code == 0
    photos = catalog.product("A").photos + catalog.product("B").photos
    assert len(photos) == 2
    assert all(photo.path.is_file() for photo in photos)


def test_photos_stay_when_the_data_directory_is_known_by_another_name(table, catalog, home, tmp_path, monkeypatch):
    """As by a link, or after it was moved: the catalogue has their paths as they were."""
    assert run("import", table).exit_code == 0
    other = tmp_path / "other-name"
    other.symlink_to(home)
    monkeypatch.setenv("VITRINA_HOME", str(other))
    assert clean_downloads(catalog, other) == 0
    assert all(photo.path.is_file() for photo in catalog.product("A").photos)


def test_photos_that_programs_sent_are_tidied_too(table, catalog, home):
    nobodys = SentPhotos(sent_photos_dir(home)).keep(photo_bytes(shade=77))
    assert run("import", table).exit_code == 0
    assert Path(nobodys.path + ".unused").exists()


def test_an_import_that_cannot_tidy_up_has_been_done_all_the_same(table, catalog, home, monkeypatch):
    """Another program holds the index of photos when everything is written."""
    monkeypatch.setattr("catalog.downloads.photo_store._BUSY_SECONDS", 0)
    assert run("import", table).exit_code == 0
    (home / "web-photos" / "photos" / "ab").mkdir(exist_ok=True)
    (home / "web-photos" / "photos" / "ab" / "abcd.jpg").write_bytes(b"nobody's")
    with closing(sqlite3.connect(home / "web-photos" / "index.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert clean_downloads(catalog, home) == 0
    assert clean_downloads(catalog, home) >= 0
    assert not (home / "web-photos" / "photos" / "ab" / "abcd.jpg").exists()


def test_an_import_that_cannot_keep_downloads_says_so(table, home, monkeypatch):
    """In a sentence, as when the index of photos can't be written."""
    monkeypatch.setattr("catalog.downloads.photo_store._BUSY_SECONDS", 0)
    assert run("import", table).exit_code == 0
    with closing(sqlite3.connect(home / "web-photos" / "index.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = run("import", table)
    assert isinstance(done.exception, SystemExit)
    assert "index of downloaded photos" in done.output


def test_downloads_can_be_left_out(table):
    """Then such photos are rejected as they always were."""
    done = run("import", table, "--no-download")
    assert done.exit_code == 1
    assert "This is a web address" in done.output


def test_photos_lie_below_an_address(shop, catalog, server):  # noqa: F811
    """Names without an address are looked up there, and never lead out of it."""
    path = shop / "products.csv"
    path.write_text("product_id,category,image\nA,Coats,coats/red coat.jpg\nB,Coats,../../secret\n")
    done = run("import", path, "--images", server.address("/media/"))
    assert done.exit_code == 0, done.output
    assert list(server.asked) == ["/media/coats/red%20coat.jpg"]
    assert "names no file in the folder" in done.output


def test_a_feed_is_imported_by_its_address(catalog, server, home):  # noqa: F811
    """It is known by it, read again by it, and removed by it, with its file and its photos."""
    server.feed = f"product_id,category,image\nA,Coats,{server.address('/a.jpg')}\n".encode()
    address = server.address("/feed.csv")
    done = run("import", address)
    assert done.exit_code == 0, done.output
    assert address in run("status").output
    server.feed += f"B,Coats,{server.address('/b.jpg')}\n".encode()
    assert "2: 1 added" in run("import", address).output
    assert run("forget", address, "--yes").exit_code == 0
    assert catalog.counts().products == 0
    assert not list((home / "web-feeds").iterdir())
    assert not list((home / "web-photos" / "photos").glob("*/*"))


def test_a_feed_of_somebody_else_names_no_file_of_this_machine(catalog, server, draw):  # noqa: F811
    """Whoever writes it could have any photo on this disk published, also a shopper's."""
    private = draw("private.jpg")
    rows = [f"A,Coats,{private}", f"B,Coats,../../../{private}", f"C,Coats,{server.address('/a.jpg')}"]
    server.feed = "\n".join(["product_id,category,image", *rows]).encode()
    done = run("import", server.address("/feed.csv"))
    assert done.exit_code == 0, done.output
    assert catalog.product_ids(10) == ["C"]
    assert [one.product_id for one in check_source(server.address("/feed.csv"), progress=False).samples] == ["C"]


def test_a_packed_feed_is_unpacked(catalog, server):  # noqa: F811
    """As shops pack large ones."""
    server.feed = gzip.compress(f"product_id,category,image\nA,Coats,{server.address('/a.jpg')}\n".encode())
    assert run("import", server.address("/feed.csv.gz")).exit_code == 0
    assert catalog.counts().products == 1


def test_a_feed_that_cannot_be_had_changes_nothing(catalog, server):  # noqa: F811
    """And is told in a sentence."""
    done = run("import", server.address("/404"))
    assert done.exit_code == 1
    assert "can't be downloaded. The server answered 404" in done.output
    assert "Traceback" not in done.output


def test_a_backup_tells_what_it_lacks(table, tmp_path):
    """Downloaded photos may be a hundred gigabytes."""
    run("import", table)
    done = run("backup", tmp_path / "backup.tar")
    assert "2 downloaded photos" in done.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VITRINA_DOWNLOAD_PRIVATE", "10.0.0.1/8/9"),
        ("VITRINA_DOWNLOADS_PER_HOST", "0"),
        ("VITRINA_DOWNLOAD_SECRETS", "/nowhere/secrets.toml"),
    ],
)
def test_settings_that_cannot_be_used_are_said(monkeypatch, name, value):
    """With the variable's name and what it takes."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        DownloadSettings.read()


def test_secrets_are_read_from_a_file(monkeypatch, tmp_path):
    """By host; an odd one is refused without being repeated."""
    file = tmp_path / "secrets.toml"
    file.write_text('["CDN.example"]\nuser = "u"\npassword = "hidden"\nheaders = {X-Token = "t"}\n')
    monkeypatch.setenv("VITRINA_DOWNLOAD_SECRETS", str(file))
    found = DownloadSettings.read().secrets_for("https", "cdn.example", 443)
    assert (found.user, found.password, found.headers) == ("u", "hidden", {"X-Token": "t"})
    file.write_text('["cdn.example"]\npass = "hidden"\n')
    with pytest.raises(SettingError) as raised:
        DownloadSettings.read()
    assert "hidden" not in str(raised.value)
