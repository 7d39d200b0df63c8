"""Kills whatever works on a shop at random instants, and asks what was lost and whether the next run mends the rest.

    python benchmarks/kills.py [--kills 50] [--seed 1] [--only import] [--only backup] ...

Activities: an import, a build, a job of the studio, the server while a program changes products, and a backup. Each is
timed once, and then killed (SIGKILL to its whole process group) at instants drawn evenly over that time. After each
kill whatever was acknowledged before must be there, nothing may be half changed, and the same command must end well
and leave no half-written files behind.
"""

import sys
import tempfile
from pathlib import Path

from accidents.activity import Activity
from accidents.running import read_arguments, strike_in_turn


def main() -> None:
    """Print what the kills did, by activity; exit with 1 if something was lost or doesn't heal."""
    arguments = read_arguments(__doc__ or "", 50)
    with tempfile.TemporaryDirectory(prefix="vitrina-kills-") as folder:
        sys.exit(not strike_in_turn(arguments, Path(folder), Activity.kill))


if __name__ == "__main__":
    main()
