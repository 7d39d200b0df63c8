"""Makes a LiteRT network hand out tensors from its inside, as outputs beside its own.

A tensor that is no output is overwritten while the network runs. A network file is a FlatBuffer, whose list of outputs
may lie anywhere: a longer list is appended, and the reference to the old one turned to it. Nothing else changes, so
the network's own outputs stay what they were, bit by bit. Source: tensorflow/compiler/mlir/lite/schema/schema.fbs.
"""

import struct
from collections.abc import Sequence

_SUBGRAPHS = 2  # number of the field in the table Model
_OUTPUTS = 2  # and in the table SubGraph


def with_outputs(network: bytes, tensors: Sequence[int]) -> bytes:
    """The network with more tensors of its first graph among its outputs.

    Args:
        network: the file's bytes.
        tensors: numbers of the tensors, as the interpreter counts them.

    Raises:
        ValueError: the bytes are no such file.
    """
    try:
        content = bytearray(network)
        graphs = _follow(content, _field(content, _follow(content, 0), _SUBGRAPHS))
        place = _field(content, _follow(content, graphs + 4), _OUTPUTS)
        outputs = _follow(content, place)
        count = struct.unpack_from("<I", content, outputs)[0]
        every = (*struct.unpack_from(f"<{count}i", content, outputs + 4), *tensors)
        content += b"\0" * (-len(content) % 4)
        struct.pack_into("<I", content, place, len(content) - place)
        return bytes(content + struct.pack(f"<I{len(every)}i", len(every), *every))
    except struct.error as error:
        raise ValueError(f"This is no LiteRT network ({error}).") from error


def _field(content: bytearray, table: int, number: int) -> int:
    """Where a field of a table lies."""
    directory = table - struct.unpack_from("<i", content, table)[0]
    size = struct.unpack_from("<H", content, directory)[0]
    at = 4 + 2 * number
    offset = struct.unpack_from("<H", content, directory + at)[0] if at < size else 0
    if not offset:
        raise ValueError("This LiteRT network has no graph with outputs.")
    return int(table + offset)


def _follow(content: bytearray, place: int) -> int:
    """Where the reference at a place leads to."""
    return int(place + struct.unpack_from("<I", content, place)[0])
