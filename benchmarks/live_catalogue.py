"""Whether a catalogue that changes all day is always searched as it is, and whether anything acknowledged is ever lost.

    python benchmarks/live_catalogue.py changes [--changes 1000] [--seconds 3600] [--seed 0] [--milvus]
    python benchmarks/live_catalogue.py kills HOME [--kills 50] [--seconds 3600] [--seed 0]

``changes`` sends random creates, replacements, patches, deletes and batches to a shop of its own, while shoppers search
and builds run one after the other; after each acknowledgement the answers are held against a brute-force model of the
catalogue. ``--milvus`` keeps the vectors on a real Milvus server, which it starts. ``kills`` copies the data directory
HOME and ends the whole server by SIGKILL right after acknowledgements. Either ends after its
``--seconds``, and says how far it came. The exit status is 1 if anything was wrong.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from changing_shop import ChangingShop
from killed_shop import KilledShop, kill_again_and_again


def main() -> None:
    """Print what was done, and every difference or loss."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    changes = commands.add_parser("changes")
    changes.add_argument("--changes", type=int, default=1000)
    changes.add_argument("--milvus", action="store_true")
    kills = commands.add_parser("kills")
    kills.add_argument("home", type=Path)
    kills.add_argument("--kills", type=int, default=50)
    for command in (changes, kills):
        command.add_argument("--seed", type=int, default=0)
        command.add_argument("--seconds", type=float, default=3600.0)
    arguments = parser.parse_args()
    until = time.monotonic() + arguments.seconds
    with tempfile.TemporaryDirectory(prefix="vitrina-live-") as folder:
        home = Path(folder) / "home"
        if arguments.command == "kills":
            sys.exit(report_kills(KilledShop(arguments.home, home), arguments.kills, arguments.seed, until))
        with contextlib.ExitStack() as stack:
            if arguments.milvus:
                from engines import serve_milvus

                stack.enter_context(serve_milvus())
            engine = "Milvus" if arguments.milvus else "FAISS"
            sys.exit(report_changes(home, arguments.changes, arguments.seed, engine, until))


def report_changes(home: Path, changes: int, seed: int, engine: str, until: float) -> bool:
    """Make the changes and print what was seen; whether anything differed."""
    shop = ChangingShop(home, seed)
    shop.stock()
    before, began = shop.outcome.changes, time.monotonic()
    with shop.searched(), shop.built():
        while shop.outcome.changes - before < changes and time.monotonic() < until and not shop.differs:
            shop.change()
    shop.build()
    shop.change()
    shop.close()
    seen = shop.outcome
    print(
        f"{engine}, seed {seed}: {seen.changes - before} changes in {seen.requests} requests, "
        f"{seen.comparisons} comparisons with brute force, "
        f"{seen.searches} searches and {seen.builds} builds meanwhile, "
        f"{time.monotonic() - began:.0f} s: {len(seen.differences)} differences"
    )
    print("\n".join(seen.differences))
    return bool(seen.differences)


def report_kills(shop: KilledShop, kills: int, seed: int, until: float) -> bool:
    """Kill the server and print what was lost; whether anything was."""
    lost, starts = kill_again_and_again(shop, kills, seed, until=until)
    print(f"{len(starts) - 1} kills right after an acknowledgement, seed {seed}: {len(lost)} changes lost {lost or ''}")
    print(f"Slowest start with changes to lay over the index: {max(starts):.1f} s")
    return bool(lost)


if __name__ == "__main__":
    main()
