"""How many photos are decoded at once: as many as fit, and the large ones one after the other."""

import threading

import pytest

from search.errors import DecodingBusyError
from search.photos import limits
from search.photos.decoding_room import DecodingRoom

LARGE = limits.ORDINARY_BYTES + 1


def test_ordinary_photos_share_a_room_of_bytes() -> None:
    room = DecodingRoom(ordinary_bytes=100)
    with room.take(60, 0), room.take(40, 0), pytest.raises(DecodingBusyError, match="few seconds"), room.take(1, 0):
        pass
    with room.take(100, 0):
        pass


def test_large_photos_wait_for_each_other_and_keep_no_ordinary_one_waiting() -> None:
    room = DecodingRoom()
    with room.take(LARGE, 0):
        with pytest.raises(DecodingBusyError), room.take(LARGE, 0):
            pass
        with room.take(limits.ORDINARY_BYTES, 0):
            pass
    with room.take(LARGE, 0):
        pass


def test_a_photo_gets_its_turn_when_room_is_free() -> None:
    room = DecodingRoom(ordinary_bytes=100)
    got = threading.Event()

    def decode() -> None:
        with room.take(100):
            got.set()

    with room.take(50, 0):
        thread = threading.Thread(target=decode)
        thread.start()
        assert not got.wait(0.1)
    assert got.wait(5)
    thread.join()


def test_room_is_given_back_after_an_error() -> None:
    room = DecodingRoom(ordinary_bytes=100)
    for cost in (100, LARGE):
        with pytest.raises(ValueError, match="damaged"), room.take(cost, 0):
            raise ValueError("damaged")
        with room.take(cost, 0):
            pass
