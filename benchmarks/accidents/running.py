"""Strikes activities in turn, and says what came of it."""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from accidents.activities import ACTIVITIES, Server
from accidents.activity import PARTS, Activity, Outcome
from accidents.small_shop import SmallShop

Strike = Callable[[Activity], Outcome]


def read_arguments(description: str, times: int) -> argparse.Namespace:
    """``times``, ``seed`` and ``only`` of the command line."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--times", "--kills", type=int, default=times, help="accidents in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[kind.name for kind in ACTIVITIES])
    return parser.parse_args()


def strike_in_turn(arguments: argparse.Namespace, disk: Path, strike: Strike) -> bool:
    """Draw a shop on a disk, strike whatever works on it, print a table, and return whether all went well."""
    rng = random.Random(arguments.seed)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="vitrina-feed-") as feed:
        shop = SmallShop(disk / "home", Path(feed) / "feed")
        activities = [kind(shop, rng) for kind in ACTIVITIES if kind.name in (arguments.only or [kind.name])]
        for activity in activities:
            activity.measure()
        outcomes: dict[str, list[Outcome]] = {activity.name: [] for activity in activities}
        for number in range(arguments.times):
            activity = activities[number % len(activities)]
            outcome = strike(activity)
            outcomes[activity.name].append(outcome)
            for complaint in outcome.lost + outcome.not_told + outcome.not_healed:
                print(f"{activity.name}: {complaint}", file=sys.stderr, flush=True)
    _print_table(activities, outcomes, arguments.seed)
    every = [outcome for done in outcomes.values() for outcome in done]
    return not any(outcome.lost or outcome.not_told or outcome.not_healed for outcome in every)


def _print_table(activities: list[Activity], outcomes: dict[str, list[Outcome]], seed: int) -> None:
    """By activity: how many accidents, in which part of its usual time, and what came of them."""
    print(f"{sum(map(len, outcomes.values()))} accidents, seed {seed}.\n")
    print("| activity | usual time, s | accidents | in its 1st, 2nd, 3rd, 4th quarter | had ended ", end="")
    print("| half-written files | refused | lost | not told | not healed |\n|---|---|---|---|---|---|---|---|---|---|")
    for activity in activities:
        done = outcomes[activity.name]
        fell = Counter(outcome.part for outcome in done)
        parts = ", ".join(str(fell[part]) for part in range(PARTS))
        files, refused = sum(one.half_written for one in done), sum(one.refused for one in done)
        wrong = [sum(len(getattr(one, name)) for one in done) for name in ("lost", "not_told", "not_healed")]
        print(f"| {activity.name} | {activity.usual_seconds:.1f} | {len(done)} | {parts} | {fell[None]} ", end="")
        print(f"| {files} | {refused} | {' | '.join(map(str, wrong))} |")
    for activity in activities:
        if isinstance(activity, Server):
            print(f"\nChanges that the server had acknowledged: {activity.traffic.acknowledged}.")
