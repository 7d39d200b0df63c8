import os
from pathlib import Path

import pytest

from webapp.services import metrics
from webapp.services.metrics import share_between_processes

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def test_workers_share_a_folder_that_goes_with_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is nobody else's."""
    monkeypatch.setattr(metrics, "_MEMORY", tmp_path)
    with share_between_processes():
        folder = Path(os.environ[SHARED])
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert SHARED not in os.environ


def test_a_worker_that_ends_takes_nothing_from_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was forked within the block, and leaves the block as well."""
    monkeypatch.setenv(SHARED, "")  # which is as it was after the test
    monkeypatch.setattr(metrics, "_MEMORY", tmp_path)
    with monkeypatch.context() as patch:
        with share_between_processes():
            folder = Path(os.environ[SHARED])
            patch.setattr(os, "getpid", lambda: -1)
        assert folder.is_dir()


def test_a_killed_server_s_folder_is_removed_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of a server that runs stays."""
    monkeypatch.setattr(metrics, "_MEMORY", tmp_path)
    dead, alive = tmp_path / "vitrina-metrics-99999999-x", tmp_path / f"vitrina-metrics-{os.getppid()}-x"
    dead.mkdir()
    alive.mkdir()
    with share_between_processes():
        assert not dead.exists()
        assert alive.exists()


def test_a_folder_that_another_server_has_just_removed_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two servers that start at once, one counted each of its processes alone from then on."""
    monkeypatch.setattr(metrics, "_MEMORY", tmp_path)
    (tmp_path / "vitrina-metrics-99999999-x").symlink_to(tmp_path / "gone")
    with share_between_processes():
        assert os.environ[SHARED].startswith(str(tmp_path))


def test_without_a_folder_each_process_counts_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are never a reason not to serve."""

    def fail(**_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(metrics.tempfile, "mkdtemp", fail)
    with share_between_processes():
        assert SHARED not in os.environ
