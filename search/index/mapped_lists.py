"""Inverted lists of packed codes in a file that processes map, so that they share one copy.

FAISS keeps lists whose codes it compares 32 at a time in each process's memory. Its lists on disk hold any codes of one
length, so also such packs, if each list has room for whole ones. The file: how many rows each list has, as 64-bit
integers, and then each list's codes and ids, from multiples of 64 bytes on.
"""

from pathlib import Path

import faiss
import numpy as np

_ALIGNED = 64  # bytes, as processors like to read them
_PACK = 32  # rows
_NUMBER_BYTES = 8


def write_lists(lists: faiss.InvertedLists, code_bytes: int, path: Path) -> None:
    """Write packed lists, of so many bytes a row; raises OSError, with the system's reason, if that fails."""
    sizes = np.array([lists.list_size(number) for number in range(lists.nlist)], np.int64)
    rooms, offsets, length = _places(sizes, code_bytes)
    with path.open("wb") as file:
        file.write(sizes.tobytes())
        for number in np.flatnonzero(sizes).tolist():
            file.seek(offsets[number])
            file.write(faiss.rev_swig_ptr(lists.get_codes(number), int(rooms[number]) * code_bytes).tobytes())
            file.write(faiss.rev_swig_ptr(lists.get_ids(number), int(sizes[number])).tobytes())
        file.truncate(length)


def map_lists(path: Path, code_bytes: int, count: int, rows: int) -> faiss.OnDiskInvertedLists:
    """The lists of a file, mapped.

    Args:
        path: the file.
        code_bytes: of a row.
        count: how many lists it has.
        rows: how many they have in all.

    Raises:
        OSError: there is no such file, or it can't be read. ValueError: it holds something else, or is cut off.
    """
    with path.open("rb") as file:
        sizes = np.frombuffer(file.read(count * _NUMBER_BYTES), np.uint8)
    sizes = sizes[: len(sizes) // _NUMBER_BYTES * _NUMBER_BYTES].view(np.int64)
    if len(sizes) != count or sizes.min(initial=0) < 0 or sizes.max(initial=0) > rows or sizes.sum() != rows:
        raise ValueError(f"{path.name} has other lists")
    rooms, offsets, length = _places(sizes, code_bytes)
    if path.stat().st_size != length:  # reading a mapped page that isn't there ends the process
        raise ValueError(f"{path.name} is cut off")
    mapped = faiss.OnDiskInvertedLists()
    mapped.nlist, mapped.code_size = count, code_bytes
    table = faiss.OnDiskOneListVector()
    for size, room, offset in zip(sizes.tolist(), rooms.tolist(), offsets.tolist(), strict=True):
        one = faiss.OnDiskOneList()
        one.size, one.capacity, one.offset = size, room, offset
        table.push_back(one)
    mapped.lists, mapped.filename, mapped.totsize, mapped.read_only = table, str(path), length, True
    mapped.do_mmap()
    return mapped


def _places(sizes: np.ndarray, code_bytes: int) -> tuple[np.ndarray, np.ndarray, int]:
    """For each list the rows that it has room for, and where it begins in the file; and how long the file is."""
    rooms = _up(sizes, _PACK)
    ends = _up(np.array(sizes.nbytes), _ALIGNED) + np.cumsum(_up(rooms * (code_bytes + _NUMBER_BYTES), _ALIGNED))
    offsets = np.concatenate([_up(np.array([sizes.nbytes]), _ALIGNED), ends[:-1]])
    return rooms, offsets, int(ends[-1])


def _up(numbers: np.ndarray, unit: int) -> np.ndarray:
    """The next multiples of a unit."""
    return (numbers + unit - 1) // unit * unit
