"""Fills the disk at random instants while something works on a shop, and asks what was lost and said.

    python benchmarks/full_disk.py [--times 20] [--seed 1] [--only import] [--only backup] ...

Activities as in ``kills.py``; the data directory lies on a small disk in memory, which only root may mount. At an
instant drawn evenly over the activity's usual time the disk is full, and stays so until the activity has ended. It has
to say why it failed, without a traceback; the server has to go on showing what it has. Whatever was acknowledged must
be there, and with room again the same command must end well and leave no half-written files behind.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from accidents.running import read_arguments, strike_in_turn
from accidents.small_disk import find_lacking, small_disk

DISK_BYTES = 256 * 2**20


def main() -> None:
    """Print what became of the activities; exit with 1 if something was lost, badly said or doesn't heal."""
    arguments = read_arguments(__doc__ or "", 20)
    if lacking := find_lacking():
        raise SystemExit(f"The disk can't be made: {lacking}.")
    with TemporaryDirectory(prefix="vitrina-disk-") as folder, small_disk(Path(folder) / "disk", DISK_BYTES) as disk:
        well = strike_in_turn(arguments, disk.path, lambda activity: activity.starve(disk))
    sys.exit(not well)


if __name__ == "__main__":
    main()
