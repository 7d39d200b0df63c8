"""Samples of platforms' exports, written by hand after their public documentation, and what becomes of them."""

import random
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, str]


@dataclass
class Expected:
    """What is said of one product."""

    fields: dict[str, Any]
    photos: list[str]
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sample:
    """One export."""

    format: str
    file: str
    columns: list[str]
    rows: list[Row]
    products: dict[str, Expected]
    photos: list[str]
    notes: list[str] = field(default_factory=list)
    separator: str = ","
    beside: tuple[str, list[str], list[Row]] | None = None  # name, columns and rows of the second file
    in_sequence: bool = False  # whether rows belong to the product before them

    def shuffled(self, seed: int) -> list[Row]:
        """The rows in another order; those that belong to a product stay behind it."""
        blocks: list[list[Row]] = []
        for row in self.rows:
            if self.in_sequence and row["Item"] != "Product":
                blocks[-1].append(row)
            else:
                blocks.append([row])
        random.Random(seed).shuffle(blocks)
        return [row for block in blocks for row in block]


CDN = "https://cdn.example/"
