"""Something that works on a shop, is struck by an accident at a random instant, and is done again."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field

from accidents.small_disk import SmallDisk
from accidents.small_shop import COMMAND_SECONDS, SmallShop

PARTS = 4  # of an activity's usual time that tables tell apart


@dataclass
class Outcome:
    """What became of an activity and of the shop."""

    part: int | None  # of the usual time in which the accident fell, from 0; None: the activity had ended
    half_written: int = 0  # files, right after the accident
    refused: bool = False  # whether the activity said that it couldn't be done
    lost: list[str] = field(default_factory=list)
    not_told: list[str] = field(default_factory=list)  # tracebacks, or failures without a word
    not_healed: list[str] = field(default_factory=list)


class Activity:
    """Something that works on the shop.

    Args:
        shop: that it works on.
        rng: draws the instants.
    """

    name: str

    def __init__(self, shop: SmallShop, rng: random.Random) -> None:
        self.shop = shop
        self.rng = rng
        self.usual_seconds = 0.0

    def measure(self) -> None:
        """Do it once without an accident, and note how long that takes; raises SystemExit if it fails."""
        self.prepare()
        started = time.monotonic()
        if wrong := self.heal():
            raise SystemExit(f"{self.name}, without an accident: {wrong}")
        self.usual_seconds = time.monotonic() - started

    def kill(self) -> Outcome:
        """Do it, kill it at a random instant, look, do it again, look again."""
        outcome, group = self._begin()
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.notice_end()
        self._judge(outcome)
        return outcome

    def starve(self, disk: SmallDisk) -> Outcome:
        """Do it, fill its disk at a random instant until it ends, look, do it again with room, look again."""
        outcome, _ = self._begin()
        with disk.full():
            self.go_on()
        outcome.refused, outcome.not_told = self.tell()
        self._judge(outcome)
        return outcome

    def _begin(self) -> tuple[Outcome, int]:
        """Begin it, and wait for the instant; also the process group that is at work."""
        self.prepare()
        instant = self.rng.random()
        group = self.begin()
        time.sleep(instant * self.usual_seconds)
        return Outcome(None if self.has_ended() else int(instant * PARTS)), group

    def _judge(self, outcome: Outcome) -> None:
        outcome.half_written = len(self.shop.half_written())
        outcome.lost = self.shop.faults() + self.lost()
        outcome.not_healed = self.heal() + self.shop.faults()
        outcome.not_healed += [f"left behind: {path}" for path in self.shop.left_for_good()]

    def prepare(self) -> None:
        """Give the activity something to do."""

    def begin(self) -> int:
        """Begin it; the number of its process group."""
        raise NotImplementedError

    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        raise NotImplementedError

    def notice_end(self) -> None:
        """Whatever is to be done once it was killed."""

    def go_on(self) -> None:
        """Let it end by itself."""
        raise NotImplementedError

    def tell(self) -> tuple[bool, list[str]]:
        """Whether it said that it couldn't be done, and what it should have said otherwise."""
        raise NotImplementedError

    def lost(self) -> list[str]:
        """What was acknowledged and isn't there, or is half changed."""
        return []

    def heal(self) -> list[str]:
        """Do it again; what still isn't as it should be."""
        raise NotImplementedError


class Command(Activity):
    """An activity that is one command."""

    arguments: tuple[str, ...]

    def begin(self) -> int:
        """Start the command."""
        self._process = self.shop.start(*self.arguments)
        return self._process.pid

    def has_ended(self) -> bool:
        """Whether the command ended by itself."""
        return self._process.poll() is not None

    def notice_end(self) -> None:
        """Take its exit code."""
        self._process.wait()

    def go_on(self) -> None:
        """Wait for its end."""
        try:
            self._process.wait(COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def tell(self) -> tuple[bool, list[str]]:
        """A failure has to say why, and without a traceback."""
        code = self._process.returncode
        return code != 0, judge_words(self.name, self.shop.errors.read_text(errors="replace"), failed=code != 0)

    def heal(self) -> list[str]:
        """Run it again."""
        done = self.shop.run(*self.arguments)
        return [f"{self.name} again: {done.stderr.strip()[-300:]}"] if done.returncode else []


def judge_words(name: str, text: str, *, failed: bool) -> list[str]:
    """What is wrong with what an activity said."""
    last = (text.strip().splitlines() or [""])[-1]
    if "Traceback" in text:
        return [f"{name} ends with a traceback: {last}"]
    return [f"{name} failed without a word"] if failed and not last else []
