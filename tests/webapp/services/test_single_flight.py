"""Work that several requests want at once."""

import threading
from pathlib import Path

import pytest

from webapp.errors import ShopBusyError
from webapp.services.single_flight import SingleFlight


def test_without_a_thread_it_is_refused_and_can_be_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counted as under way for as long as the process ran, so that a photo was never scaled."""
    flight, target = SingleFlight(), Path("photo.webp")

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        with pytest.raises(ShopBusyError):
            flight.do(target, lambda: b"never", 0.1)
    assert flight.do(target, lambda: b"photo", 10) == b"photo"
