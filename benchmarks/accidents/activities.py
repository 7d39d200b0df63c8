"""The five things that work on a shop: an import, a build, a job of the studio, the server, a backup."""

import os
import random
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from accidents.activity import Activity, Command, judge_words
from accidents.killable_server import KillableServer
from accidents.small_shop import COMMAND_SECONDS, SmallShop, read_prices
from accidents.traffic import NO_ANSWER, Traffic
from catalog import Catalog, CatalogError
from catalog.backup.restoring import restore_backup
from catalog.jobs.store import DONE, FAILED, JobStore
from webapp.studio.jobs.launching import launcher

TRAFFIC_SECONDS = 4.0  # that the server is changed through the API before the accident, at most
FULL_SECONDS = 2.0  # that it is changed while its disk is full
NOTICE_SECONDS = 5.0  # until a killed job must count as ended


class Import(Command):
    """A feed in which every price has changed and a few products are new."""

    name = "import"

    def prepare(self) -> None:
        """Write the feed."""
        self.arguments = ("catalog", "import", str(self.shop.write_feed()))

    def lost(self) -> list[str]:
        """Each product has its former price or the new one, and none is gone."""
        there = self.shop.prices()
        before, after = self.shop.expected(self.shop.generation - 1), self.shop.expected()
        gone = [product_id for product_id in before if product_id not in there]
        return gone + [one for one, cents in there.items() if cents not in (before.get(one), after[one])]

    def heal(self) -> list[str]:
        """Every product has the new price."""
        return super().heal() + ([] if self.shop.prices() == self.shop.expected() else ["not all was imported"])


class Build(Command):
    """An index with a few new products."""

    name = "build"
    arguments = ("indexer", "build")

    def prepare(self) -> None:
        """Import the new products."""
        self.shop.run("catalog", "import", str(self.shop.write_feed()), must=True)

    def heal(self) -> list[str]:
        """Every product is in the index."""
        return super().heal() + self.not_indexed()

    def not_indexed(self) -> list[str]:
        """Whether products are missing in the index."""
        return [] if self.shop.indexed() >= len(self.shop.expected()) else ["not all is in the index"]


class StudioJob(Build):
    """A build that the studio starts."""

    name = "job"

    def begin(self) -> int:
        """Start the job as the studio does."""
        with Catalog.open(self.shop.url) as catalog:
            store = self._store(catalog)
            job = store.start("build", by="benchmark", launch=self._launch(store))
        assert job.pid is not None  # noqa: S101 - for the type checker: this machine has just started it
        self._job_id, self._pid = job.job_id, job.pid
        return job.pid

    def has_ended(self) -> bool:
        """Whether the job has ended by itself."""
        return not self._runs()

    def notice_end(self) -> None:
        """The studio must notice."""
        self._await_end(NOTICE_SECONDS)

    def go_on(self) -> None:
        """Wait until its process is gone; who opens the catalogue on a full disk may find that it can't be."""
        until = time.monotonic() + COMMAND_SECONDS
        with suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.kill(self._pid, 0)
                time.sleep(0.05)

    def tell(self) -> tuple[bool, list[str]]:
        """A failure has to say why, unless there was no room for words; its log has no traceback."""
        with Catalog.open(self.shop.url) as catalog:
            store = self._store(catalog)
            job = store.job(self._job_id)
            log = "\n".join([*store.log_tail(job), job.error or ""])
        return job.state != DONE, judge_words(self.name, log, failed=job.state == FAILED)

    def lost(self) -> list[str]:
        """A dead job must not count as running."""
        return ["the job is believed alive"] if self._runs() else []

    def heal(self) -> list[str]:
        """The next job of the studio ends well."""
        self.begin()
        self._await_end(COMMAND_SECONDS)
        with Catalog.open(self.shop.url) as catalog:
            job = self._store(catalog).job(self._job_id)
        return ([] if job.state == DONE else [f"the next job: {job.state}, {job.error}"]) + self.not_indexed()

    def _await_end(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._runs() and time.monotonic() < until:
            time.sleep(0.05)

    def _runs(self) -> bool:
        with Catalog.open(self.shop.url) as catalog:
            return self._store(catalog).job(self._job_id).runs

    def _store(self, catalog: Catalog) -> JobStore:
        return JobStore(catalog.database, self.shop.home / "jobs")

    def _launch(self, store: JobStore) -> Callable[..., int]:
        return launcher(store, self.shop.home)


class Server(Activity):
    """The server, while a program changes products."""

    name = "server"

    def __init__(self, shop: SmallShop, rng: random.Random) -> None:
        super().__init__(shop, rng)
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self._server = KillableServer(shop.home, found.getsockname()[1])
        self.traffic = Traffic(self._server, random.Random(rng.random()))  # noqa: S311
        self.usual_seconds = TRAFFIC_SECONDS

    def measure(self) -> None:
        """It works for as long as it is let."""

    def begin(self) -> int:
        """Start the server and the program."""
        self._server.start()
        self.traffic.begin()
        return self._server.group

    def has_ended(self) -> bool:
        """It never ends by itself."""
        return False

    def notice_end(self) -> None:
        """The program gives up, and the server starts again."""
        self._server.kill()
        self.traffic.stop()
        self._server.start()

    def go_on(self) -> None:
        """The program sends changes, and asks for what is there."""
        time.sleep(FULL_SECONDS)
        self.traffic.stop()
        self._wrong = [f"a change is answered {status}" for status in self.traffic.statuses & {500, 502, 504}]
        for path in ("/ready", "/api/products/p1", "/api/products/p1/similar"):
            status, answer = self._server.send("GET", path)
            self._wrong += [] if status == 200 else [f"{path} is answered {status}: {answer}"]

    def tell(self) -> tuple[bool, list[str]]:
        """Pages are shown, and changes are refused with a reason."""
        return any(status >= 400 for status in self.traffic.statuses), self._wrong

    def lost(self) -> list[str]:
        """What was acknowledged is there."""
        return self.traffic.lost()

    def heal(self) -> list[str]:
        """The server takes changes; what it then acknowledges outlives it, too."""
        try:
            status = self.traffic.change_one()
            self._server.kill()
            self._server.start()
            return ([] if status < 300 else [f"a change is answered {status}"]) + self.traffic.lost()
        except NO_ANSWER as error:
            return [f"the server: {error}"]
        finally:
            self._server.kill()


class Backup(Command):
    """A backup in the place of the last one, on the shop's own disk."""

    name = "backup"

    def __init__(self, shop: SmallShop, rng: random.Random) -> None:
        super().__init__(shop, rng)
        self._file = shop.home.parent / "backup.tar"
        self.arguments = ("catalog", "backup", str(self._file))

    def prepare(self) -> None:
        """What the file held before."""
        self._before = self._held() if self._file.exists() else None

    def lost(self) -> list[str]:
        """The file is the former backup or the new one, whole."""
        if not self._file.exists():
            return [] if self._before is None else ["the backup is gone"]
        held = self._held()
        return [] if held in (self._before, self.shop.prices()) else [f"the backup is another: {held}"[:300]]

    def heal(self) -> list[str]:
        """The file is the new backup."""
        return super().heal() + ([] if self._held() == self.shop.prices() else ["the backup isn't what is there"])

    def _held(self) -> dict[str, int | None] | str:
        """The prices in the file, once it is brought back; why it can't be."""
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/catalog.db"
            try:
                restore_backup(self._file, Path(folder), url)
                return read_prices(url)
            except CatalogError as error:
                return str(error)


ACTIVITIES: tuple[type[Activity], ...] = (Import, Build, StudioJob, Server, Backup)
