"""Looking at a data directory changes nothing in it, and takes nothing for damage that is none."""

import shutil
from pathlib import Path

import pytest

from indexer.verification import verify
from search.errors import StoreUnavailableError
from search.index.manifest import Manifest
from search.model.bundle import Bundle


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


def test_an_index_that_a_build_removes_meanwhile_isnt_damaged(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Builds tidy up what is no longer kept."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text("{}", encoding="utf-8")
    assert len(verify.check_index(tmp_path, bundle).problems) == 1
    read = verify.read_manifest

    def read_late(path: Path) -> Manifest:
        shutil.rmtree(path)
        return read(path)

    monkeypatch.setattr(verify, "read_manifest", read_late)
    assert verify.check_index(tmp_path, bundle).problems == []


def test_a_vector_store_that_doesnt_answer_is_no_matter_for_a_build(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailableError("The vector store doesn't answer. Once it does, searches work again.")

    monkeypatch.setattr(verify, "current_snapshot", refuse)
    assert verify.check_index(tmp_path, bundle).problems == [
        "The vector store doesn't answer. Once it does, searches work again."
    ]
