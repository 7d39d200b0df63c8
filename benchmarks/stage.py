"""The demo boutique on show: drawn and indexed, behind the real server, with a browser to look at it.

Shared by the benchmarks that need a running shop and by the browser tests; it prints nothing.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 30
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str | None:
    """The Chromium or Chrome of this machine: ``CHROME_PATH``, or the first on the path; None where there is none."""
    named = os.environ.get("CHROME_PATH")
    return named or next(filter(None, map(shutil.which, _CHROMIUMS)), None)


def prepare_demo(home: Path, seed: int = 7) -> Path:
    """Draw, import and index the demo boutique in a data directory of its own, where it isn't there yet.

    Returns:
        The boutique's folder, with ``products.csv``, ``shopper.csv`` and the photos that they name.

    Raises:
        SystemExit: one of the commands failed; it has said why.
    """
    demo = home / "demo"
    environment = {**os.environ, "VITRINA_HOME": str(home)}
    for command in (
        ["catalog", "render-demo", str(demo), "--seed", str(seed)],
        ["catalog", "import", str(demo / "products.csv"), "--alone", "--prune"],
        ["indexer", "build"],
    ):
        if subprocess.run([sys.executable, "-m", *command], stdout=subprocess.DEVNULL, env=environment).returncode:
            raise SystemExit(f"The demo boutique can't be prepared: python -m {' '.join(command)} failed.")
    return demo


@contextmanager
def serve_shop(home: Path, *, workers: int = 1, checkout: Path | None = None, **settings: str) -> Iterator[str]:
    """The address of the real server over a data directory, on a free port, until the block ends.

    Args:
        home: the data directory, with or without an index.
        workers: processes that answer.
        checkout: the folder of another version's files, to be served by that version.
        settings: further environment variables, ``VITRINA_SAMPLES`` for one.

    Raises:
        RuntimeError: the server did not start; the message is what it printed.
    """
    environment = {**os.environ, "VITRINA_HOME": str(home), "PYTHONUNBUFFERED": "1", **settings}
    command = [sys.executable, "-m", "webapp", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as shop:
        assert shop.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        said = ""  # a catalogue that is brought up to date is said before the address
        while (address := re.search(r"http://\S+", said)) is None:
            line = shop.stdout.readline()
            if not line:
                raise RuntimeError(said)
            said += line
        try:
            yield address.group()
        finally:
            shop.send_signal(signal.SIGINT)
            try:
                shop.communicate(timeout=STOP_SECONDS)
            finally:
                shop.kill()
