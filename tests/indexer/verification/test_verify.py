"""Looking at a data directory changes nothing in it, and takes nothing for damage that is none."""

from pathlib import Path

import pytest

from indexer.verification import verify


def test_looking_at_a_database_that_isnt_there_makes_none(tmp_path: Path) -> None:
    """A mistyped data directory would have a catalogue from then on."""
    check = verify.check_database(f"sqlite:///{tmp_path / 'catalog.db'}")
    assert (check.problems, list(tmp_path.iterdir())) == ([], [])
    assert "There is no database yet" in " ".join(check.describe())


def test_a_lost_database_is_damage(tmp_path: Path) -> None:
    """What lies beside it shows that there was one."""
    (tmp_path / "studio-secret").touch()
    check = verify.check_database(f"sqlite:///{tmp_path / 'catalog.db'}")
    assert "there was one" in " ".join(check.problems)
    assert not (tmp_path / "catalog.db").exists()


def test_a_scaled_photo_that_the_shop_removes_meanwhile_isnt_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes room for others while it serves."""
    photo = tmp_path / "photo.webp"
    photo.write_bytes(b"no photo")
    assert len(verify.check_thumbnails(tmp_path).problems) == 1
    read = Path.read_bytes

    def read_late(path: Path) -> bytes:
        path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_late)
    assert verify.check_thumbnails(tmp_path).problems == []
