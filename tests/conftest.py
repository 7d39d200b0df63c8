"""What all tests share: one thread for each numeric library, files in memory, and a part of the demo boutique."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

# Set before NumPy and TensorFlow are imported, for this process and those that tests start. The arrays of tests are
# small, and pytest -n auto fills the cores: threads would wait for each other more than they compute.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_variable, "1")

# Where there is room, files of tests lie in memory: each write of the catalogue waits for the disk, and tests
# write thousands of times. pytest reads this variable when the first test asks for a folder.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder below it that nobody else may enter
_ROOM_BYTES = 4 * 2**30
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a part of the demo boutique in ``demo``, imported, and indexed by the shipped model.

    Made once for all processes of a parallel run. Read it; a test that writes copies ``catalog.db`` and ``index``.
    ``VITRINA_TEST_BOUTIQUE`` names a directory where it stays from run to run.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = Path(os.environ.get("VITRINA_TEST_BOUTIQUE") or shared / "boutique").absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        if not (home / "index").exists():
            from tests.demo_boutique import write_demo_home  # here, because few tests need what it imports

            write_demo_home(home)
    return home


@pytest.fixture(scope="session", autouse=True)
def _lay_out_once() -> Iterator[None]:
    from tests.laid_out_once import compiled_once, laid_out_once  # here, because not all tests need what it imports

    with laid_out_once(), compiled_once():
        yield


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 takes its time on purpose; most tests needn't."""
    from argon2 import PasswordHasher

    from catalog.accounts import accounts

    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server's database, beside which ``tests.postgresql`` makes others."""
    from tests.postgresql import find_lacking, serve_postgresql  # here, because few tests need what it imports

    if reason := find_lacking():
        pytest.skip(reason)
    with serve_postgresql() as url:
        yield url


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported, and most of its rounds: they took a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove the files of a parallel run that passed, once its processes have ended."""
    config = session.config
    if exitstatus == 0 and config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(config._tmp_path_factory.getbasetemp(), ignore_errors=True)  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist writes the groups down
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs the boutique or a database server, and split the tests so that all processes stay busy.

    Tests that share something which is made once a module or folder go to one process; any other goes to whichever
    process is free. The slow ones come first, so that no process is left alone with one at the end. One that needs the
    boutique is the very first, and the others that need it are the last of these: nobody waits while it is made.
    """
    for item in items:
        fixtures = set(item.fixturenames)  # type: ignore[attr-defined]
        if fixtures & {"demo_home", "milvus_server"} or _is_on_a_server(item):
            item.add_marker("slow")
        if _scopes(item) & {"class", "module", "package"}:
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(Path(__file__).parent).as_posix()))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: (item.get_closest_marker("slow") is None, _needs_boutique(item)))
        first = next(filter(_needs_boutique, items), None)
        if first is not None:
            items.remove(first)
            items.insert(0, first)


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # pytest-xdist would begin with the largest modules


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Three processes for two cores, as slow tests wait for servers and browsers a third of the time; others don't."""
    if "not slow" in config.getoption("markexpr") or "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # as pytest-xdist has it
    cores = len(os.sched_getaffinity(0))
    return cores + (cores + 1) // 2


def _needs_boutique(item: pytest.Item) -> bool:
    return "demo_home" in item.fixturenames  # type: ignore[attr-defined]


def _is_on_a_server(item: pytest.Item) -> bool:
    """Whether a test runs on PostgreSQL or Milvus; the same test runs on SQLite or FAISS too."""
    callspec = getattr(item, "callspec", None)
    return callspec is not None and any(
        isinstance(one, str) and one in ("postgresql", "milvus") for one in callspec.params.values()
    )


def _scopes(item: pytest.Item) -> set[str]:
    """Of the fixtures that a test needs, however indirectly."""
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    return {definitions[-1].scope for definitions in fixtures.values()}
