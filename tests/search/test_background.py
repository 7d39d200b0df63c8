"""Work that a thread does beside its caller: its lock is free again, whatever becomes of it."""

import threading

import pytest

from search.background import work_beside


def test_the_lock_is_held_while_the_work_goes_on() -> None:
    """And free when it has ended."""
    lock, goes_on, may_end = threading.Lock(), threading.Event(), threading.Event()
    assert lock.acquire(blocking=False)

    def work() -> None:
        goes_on.set()
        may_end.wait(10)

    work_beside(lock, work, "work")
    assert goes_on.wait(10)
    assert lock.locked()
    may_end.set()
    assert lock.acquire(timeout=10)


def test_where_there_is_no_thread_the_next_one_may_try(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The lock stayed taken: no new index was noticed any more, and whoever saved a product waited for ever."""

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    lock, done = threading.Lock(), []
    assert lock.acquire(blocking=False)
    work_beside(lock, lambda: done.append(1), "snapshot-swap")
    assert (lock.locked(), done) == (False, [])
    assert "No thread for snapshot-swap: can't start new thread" in caplog.text
