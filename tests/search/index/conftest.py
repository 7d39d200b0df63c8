"""A real Milvus for the tests that need one; they are skipped, with the reason, where it can't run."""

from collections.abc import Iterator

import pytest

from tests.milvus_server import TOKEN, MilvusServer, unavailable


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[MilvusServer]:
    """A running server, with accounts; a test that ends it starts it again."""
    reason = unavailable()
    if reason is not None:
        pytest.skip(reason)
    assert pytestconfig.cache is not None
    server = MilvusServer(tmp_path_factory.mktemp("milvus"), pytestconfig.cache.mkdir("milvus-2.3.5"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_MILVUS_TOKEN", TOKEN)
        server.start()
        try:
            yield server
        finally:
            server.stop()
