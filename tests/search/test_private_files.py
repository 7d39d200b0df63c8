import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.private_files import create_private, keep_private


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_data_directory_is_its_owner_s_alone(tmp_path: Path) -> None:
    """With everything that is written into it from then on."""
    home = tmp_path / "data"
    keep_private(home)
    (home / "jobs").mkdir()
    (home / "jobs" / "1.log").write_text("done")
    assert [mode(path) for path in (home, home / "jobs", home / "jobs" / "1.log")] == [0o700, 0o700, 0o600]


def test_a_data_directory_of_an_earlier_version_is_closed(tmp_path: Path) -> None:
    """Its catalogue, with the hashes of passwords, too."""
    (tmp_path / "catalog.db").write_text("tables")
    tmp_path.chmod(0o755)
    keep_private(tmp_path)
    assert mode(tmp_path) == 0o750
    assert mode(tmp_path / "catalog.db") == 0o600


def test_a_group_that_shares_the_directory_keeps_its_access(tmp_path: Path) -> None:
    """As where cron imports as another user than the one that serves."""
    (tmp_path / "catalog.db").write_text("tables")
    (tmp_path / "catalog.db").chmod(0o664)
    tmp_path.chmod(0o775)
    os.umask(0o002)
    keep_private(tmp_path)
    (tmp_path / "new").write_text("x")
    assert [mode(path) for path in (tmp_path, tmp_path / "catalog.db", tmp_path / "new")] == [0o770, 0o660, 0o660]


def test_a_directory_that_isn_t_the_shop_s_stays_as_it_is(tmp_path: Path) -> None:
    """Somebody may have named a folder that others use, or /tmp."""
    tmp_path.chmod(0o755)
    keep_private(tmp_path)
    assert mode(tmp_path) == 0o755
    (tmp_path / "catalog.db").write_text("tables")
    tmp_path.chmod(0o1777)
    keep_private(tmp_path)
    assert mode(tmp_path) == 0o1777


def test_a_new_database_file_is_private_and_an_old_one_stays(tmp_path: Path) -> None:
    """Whatever opens it: SQLite's write-ahead log takes the mode of the file."""
    path = tmp_path / "catalog.db"
    create_private(path)
    assert mode(path) == 0o600
    path.write_text("tables")
    path.chmod(0o644)
    create_private(path)
    assert (path.read_text(), mode(path)) == ("tables", 0o644)
    create_private(tmp_path / "nowhere" / "catalog.db")
