"""The servers that the tests start, for benchmarks that need one of their own: a real Milvus, a real PostgreSQL."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from tests.milvus_server import TOKEN, MilvusServer, unavailable  # noqa: E402
from tests.postgresql import kill_postgresql, serve_postgresql, start_postgresql  # noqa: E402

__all__ = ["MilvusServer", "kill_postgresql", "serve_milvus", "serve_postgresql", "start_postgresql"]


@contextmanager
def serve_milvus() -> Iterator[MilvusServer]:
    """A running Milvus that new indexes keep their vectors in, by this process's environment, until the block ends.

    Raises:
        SystemExit: none can run here.
    """
    reason = unavailable()
    if reason is not None:
        raise SystemExit(f"There is no Milvus here: {reason}")
    binaries = ROOT / ".pytest_cache" / "d" / "milvus-2.3.5"  # where the tests keep them, unpacked
    with tempfile.TemporaryDirectory(prefix="vitrina-milvus-") as folder:
        server = MilvusServer(Path(folder), binaries)
        before = dict(os.environ)
        os.environ |= {"VITRINA_VECTOR_STORE": server.address, "VITRINA_MILVUS_TOKEN": TOKEN}
        server.start()
        try:
            yield server
        finally:
            server.stop()
            os.environ.clear()
            os.environ.update(before)
