"""What all tests share: one thread for each numeric library, and a part of the demo boutique, indexed once."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

# Set before NumPy and TensorFlow are imported, for this process and those that tests start. The arrays of tests are
# small, and pytest -n auto fills the cores: threads would wait for each other more than they compute.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_variable, "1")


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
