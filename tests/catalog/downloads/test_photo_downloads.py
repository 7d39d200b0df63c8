"""The photos of an import: several at a time, tried again, kept, and asked for anew only if they have changed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from threading import Thread

import pytest

from catalog.downloads.hosts import FAILURES_IN_A_ROW, TRIES, Hosts
from catalog.downloads.photo_downloads import NEW, RESUMED, UNCHANGED, PhotoDownloads
from catalog.downloads.photo_store import PhotoStore


@pytest.fixture
def pauses():
    """How long was waited, each time."""
    return []


@pytest.fixture
def fetch(home, settings, pauses):
    """``fetch(addresses)`` is one import: address -> what came of it."""

    def run(*addresses, ends=True):
        downloads = PhotoDownloads(PhotoStore(home / "web-photos"), "source", settings, Hosts(pauses.append))
        try:
            with downloads:
                found = dict(downloads.fetch_all(addresses))
                if not ends:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        return found

    return run


def test_photos_are_kept_by_their_content(server, fetch, home):
    """Equal photos of two addresses are one file."""
    found = fetch(server.address("/versioned.jpg"), server.address("/versioned.jpg?again"), server.address("/b.jpg"))
    assert {one.outcome for one in found.values()} == {NEW}
    assert len({one.path for one in found.values()}) == 2
    assert all(one.path.is_relative_to(home) and one.path.suffix == ".jpg" for one in found.values())


def test_a_second_import_asks_on_condition(server, fetch):
    """What hasn't changed isn't sent; what has changed is another file."""
    address = server.address("/versioned.jpg")
    first = fetch(address)[address]
    again = fetch(address)[address]
    assert (again.path, again.outcome) == (first.path, UNCHANGED)
    assert server.headers["/versioned.jpg"]["If-None-Match"] == '"v0"'
    server.version = 1
    changed = fetch(address)[address]
    assert changed.outcome == NEW
    assert changed.path != first.path


def test_an_import_that_breaks_off_is_resumed(server, fetch):
    """What it has is not asked for again, not even on condition."""
    address = server.address("/a.jpg")
    fetch(address, ends=False)
    assert fetch(address)[address].outcome == RESUMED
    assert server.asked["/a.jpg"] == 1
    fetch(address)
    assert server.asked["/a.jpg"] == 2


def test_a_file_that_is_gone_is_downloaded_anew(server, fetch):
    """Without the condition that would answer: not modified."""
    address = server.address("/versioned.jpg")
    fetch(address)[address].path.unlink()
    assert fetch(address)[address].path.is_file()


def test_a_file_that_was_damaged_on_disk_is_written_anew(server, fetch, home):
    """The next import asks for it again, and must not keep the damaged file for one of that content."""
    address = server.address("/versioned.jpg")
    path = fetch(address)[address].path
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    store = PhotoStore(home / "web-photos")
    store.forget(address)  # as an import does that can't open the file
    store.close()
    assert fetch(address)[address].path == path
    assert path.read_bytes() == whole


def test_an_index_that_is_locked_is_neither_deleted_nor_a_fault(server, fetch, home, monkeypatch):
    """Only a damaged one is begun anew; whoever imports gets a sentence."""
    monkeypatch.setattr("catalog.downloads.photo_store._BUSY_SECONDS", 0)
    index = home / "web-photos" / "index.db"
    index.parent.mkdir(parents=True)
    with closing(sqlite3.connect(index, isolation_level=None)) as other:
        other.execute("CREATE TABLE other (number INTEGER)")
        other.execute("BEGIN EXCLUSIVE")
        inode = index.stat().st_ino
        with pytest.raises(OSError, match="can't be used"):
            fetch(server.address("/a.jpg"))
        assert index.stat().st_ino == inode


def test_a_damaged_index_is_begun_anew(server, fetch, home):
    """It only saves downloads."""
    index = home / "web-photos" / "index.db"
    index.parent.mkdir(parents=True)
    index.write_bytes(b"no database " * 1000)
    assert fetch(server.address("/a.jpg"))[server.address("/a.jpg")].outcome == NEW


@pytest.mark.parametrize(
    ("path", "asked", "reason"),
    [
        ("/404", 1, "there is nothing at this address"),
        ("/html", 1, "a web page and no photo"),
        ("/text", 1, "no photo, which it calls image/jpeg"),
        ("/500", TRIES, "answered 500"),
        ("/broken", TRIES, "broke off"),
        ("/429long", 1, "asks to wait for 9,000 seconds"),
    ],
)
def test_what_cannot_be_had_is_tried_as_often_as_it_makes_sense(server, fetch, path, asked, reason):
    """And again by the next import."""
    found = fetch(server.address(path))[server.address(path)]
    assert found.path is None
    assert reason in found.problem
    assert server.asked[path] == asked
    fetch(server.address(path))
    assert server.asked[path] == 2 * asked


def test_a_download_that_breaks_off_once_is_saved(server, fetch, pauses):
    """After a pause."""
    assert fetch(server.address("/flaky"))[server.address("/flaky")].outcome == NEW
    assert len(pauses) == 1


def test_a_server_gets_the_pause_that_it_asks_for(server, fetch, pauses):
    """Everyone who asks this host waits."""
    assert fetch(server.address("/429"))[server.address("/429")].outcome == NEW
    assert pauses
    assert all(6 < pause <= 7 for pause in pauses)


def test_a_photo_that_was_there_stays_when_the_server_fails(server, fetch, home, settings):
    """With a sentence that says so."""
    address = server.address("/versioned.jpg")
    before = fetch(address)[address]
    store = PhotoStore(home / "web-photos")
    store.note_problem(store.find(address), "the server failed")
    store.close()
    server.shutdown()
    server.server_close()
    found = fetch(address)[address]
    assert found.path == before.path
    assert "The copy of" in found.problem


def test_a_stopped_import_waits_for_no_pause(server, home, settings):
    """Servers may ask for minutes; nothing is noted of photos that nobody asked for any more."""
    address, store = server.address("/stubborn.jpg"), PhotoStore(home / "web-photos")
    began = time.monotonic()

    def stop_when_asked():
        with PhotoDownloads(store, "source", settings) as downloads:
            Thread(target=lambda: list(downloads.fetch_all([address]))).start()
            while not server.asked["/stubborn.jpg"]:
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_when_asked()
    assert time.monotonic() - began < 25
    with closing(PhotoStore(home / "web-photos")) as again:
        assert again.find(address).problem == ""


def test_an_index_with_damage_in_its_middle_is_begun_anew(server, fetch, home):
    """It opens, and would fail every import from there on."""
    address = server.address("/a.jpg")
    path = fetch(address)[address].path
    index = home / "web-photos" / "index.db"
    with closing(sqlite3.connect(index)) as connection:
        rows = [(f"https://shop.example/{number}" * 4, "x" * 64) for number in range(2_000)]
        connection.executemany("INSERT INTO addresses VALUES (?, ?, '', '', 0, 0, '')", rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(index.read_bytes())
    content[3 * 4096 : 50 * 4096] = b"\xaa" * (47 * 4096)
    index.write_bytes(content)
    assert fetch(address)[address].path == path


def test_a_host_that_is_down_is_not_asked_for_ever(server, fetch):
    """So a thousand photos of a dead host don't take a day."""
    found = fetch(*(server.address(f"/500?{number}") for number in range(60)))
    assert all(one.path is None for one in found.values())
    assert server.asked["/500"] < TRIES * (FAILURES_IN_A_ROW + settings_margin())
    assert any("times in a row" in one.problem for one in found.values())


def settings_margin():
    """Downloads that were under way when the host was given up."""
    return 8


def test_a_host_gets_few_requests_at_a_time(server, fetch, settings):
    """However many photos it has."""
    fetch(*(server.address(f"/{number}.jpg") for number in range(40)))
    assert sum(server.asked.values()) == 40
    assert server.most_active <= settings.per_host


def test_unused_photos_are_deleted(server, fetch, home):
    """With what was known of their addresses."""
    kept, gone = server.address("/a.jpg"), server.address("/b.jpg")
    found = fetch(kept, gone)
    store = PhotoStore(home / "web-photos")
    assert store.remove_unused(lambda fingerprints: {one for one in fingerprints if one == found[kept].path.stem}) == 1
    assert found[kept].path.is_file()
    assert not found[gone].path.exists()
    assert store.find(gone).file == ""
    store.close()


def test_addresses_that_nobody_asks_any_more_are_forgotten(server, fetch, home, monkeypatch):
    """A feed that writes the day into its addresses has others each day; the photo itself stays while it is used."""
    address = server.address("/versioned.jpg?day=1")
    path = fetch(address)[address].path
    store = PhotoStore(home / "web-photos")
    assert store.remove_unused(set) == 0
    assert store.find(address).file
    monkeypatch.setattr("catalog.downloads.photo_store._FORGOTTEN_SECONDS", -1)
    assert store.remove_unused(set) == 0
    assert not store.find(address).file
    assert path.is_file()
    store.close()


_IMPORT = """
import sys
from pathlib import Path
from catalog.downloads.photo_downloads import PhotoDownloads
from catalog.downloads.photo_store import PhotoStore
from catalog.downloads.settings import DownloadSettings
with PhotoDownloads(PhotoStore(Path(sys.argv[1])), "source", DownloadSettings.read()) as downloads:
    for address, _ in downloads.fetch_all(sys.argv[2:]):
        print(address, flush=True)
"""


def test_a_killed_import_goes_on_where_it_was(server, fetch, home):
    """By SIGKILL, while a download hangs: photos that had come are not asked for again, and nothing is left locked."""
    quick = [server.address(f"/{number}.jpg") for number in range(5)]
    process = subprocess.Popen(
        [sys.executable, "-c", _IMPORT, str(home / "web-photos"), *quick, server.address("/slow")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in quick:
        assert process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    found = fetch(*quick)
    assert {one.outcome for one in found.values()} == {RESUMED}
    assert sum(count for path, count in server.asked.items() if path != "/slow") == len(quick)
    store = PhotoStore(home / "web-photos")
    deadline = time.monotonic() + 5
    while (removed := store.remove_unused(lambda fingerprints: set())) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert removed == len({one.path for one in found.values()})
    store.close()
