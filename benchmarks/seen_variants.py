"""Which products of the development boutique are one thing in several colours, as seen by somebody who looked at all.

The boutique names no variants. Titles that differ in the colour alone are a lead and no more: of the 357 pairs of
products that have such titles in the test split, 80 show the same cut, pattern and details in another colour; the
others have no more in common than a maker's general name for what it makes. Every group of both splits was looked at,
and what was doubtful (another check, another buckle, another print) was left out.

Each number is the place of a group in ``words.variants_by_title``, which follows the order of the boutique's table; the
numbers beside it are the members that belong together.
"""


def _first_two(groups: str) -> dict[int, tuple[int, ...]]:
    """Groups whose first two members belong together."""
    return {int(group): (0, 1) for group in groups.split()}


SEEN: dict[str, dict[int, tuple[int, ...]]] = {
    "test": _first_two(
        "5 9 10 29 31 42 52 56 57 58 59 63 64 67 71 72 73 75 80 83 84 86 89 94 96 97 98 99 100 104 106 110 "
        "118 119 120 125 126 128 131 139 140 145 152 155 157 158 159 160 161 165 166 167"
    )
    | {
        13: (2, 3),
        22: (0, 1, 2, 3),
        40: (0, 2),
        47: (0, 2),
        54: (1, 2),
        61: (0, 1, 2),
        66: (2, 3, 4),
        82: (1, 2, 3, 4),
        91: (0, 1, 2),
        116: (1, 2),
        146: (1, 2),
        151: (1, 2),
    },
    "development": _first_two(
        "1 4 5 15 17 28 29 31 32 36 46 53 60 68 69 73 76 79 80 81 82 83 91 93 96 101 102 112 114 115 117 119 "
        "120 126 133 138 139 142 146 152 157"
    )
    | {18: (0, 2), 19: (0, 2), 23: (0, 1, 2, 3), 40: (0, 1, 2), 63: (0, 3, 4)},
}
