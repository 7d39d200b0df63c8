"""A real Milvus for the tests that need one; they are skipped, with the reason, where it can't run."""

from collections.abc import Callable, Iterator

import pytest

from tests.milvus_server import TOKEN, MilvusEndedError, MilvusServer, unavailable

_TRIES = 3  # a port that was free may be taken before the server has it


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[MilvusServer]:
    """A running server, with accounts; a test that ends it starts it again.

    Where the server ends by itself each time, this machine doesn't run it: the tests are skipped, with its last words.
    """
    reason = unavailable()
    if reason is not None:
        pytest.skip(reason)
    kept = getattr(pytestconfig, "cache", None)  # none where pytest runs without it
    binaries = kept.mkdir("milvus-2.3.5") if kept else tmp_path_factory.mktemp("milvus-2.3.5")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_MILVUS_TOKEN", TOKEN)
        server = _start(lambda: MilvusServer(tmp_path_factory.mktemp("milvus"), binaries))
        try:
            yield server
        finally:
            server.stop()


def _start(make_server: Callable[[], MilvusServer]) -> MilvusServer:
    ended = ""
    for _ in range(_TRIES):
        server = make_server()
        try:
            server.start()
        except MilvusEndedError as error:
            ended = str(error)
        else:
            return server
    pytest.skip(ended)
