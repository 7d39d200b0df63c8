"""A real Milvus on this machine, from the ``milvus`` package: one process with all its parts.

The package's own launcher isn't used: it waits for a dead process, and can't start again on the same ports.
"""

import contextlib
import lzma
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

_VARIABLE = re.compile(r"\{\{ *(\w+)(?:\(\w+\))?(?:: *([^}]*?))? *\}\}")
_FATAL = re.compile(r"^(panic: |fatal error|SIG[A-Z]+|terminate called)|\[(ERROR|FATAL|PANIC)\]|what\(\):")
_START_SECONDS = 180.0
TOKEN = "root:Milvus"  # the account that every new Milvus has


def unavailable() -> str | None:
    """Why Milvus can't run here; None if it can."""
    if find_spec("pymilvus") is None:
        return "pymilvus is not installed: pip install 'vitrina[milvus]'"
    if find_spec("milvus") is None:
        return "the package milvus is not installed; it exists for Linux on x86-64 alone"
    if platform.machine() != "x86_64":
        return f"the package milvus has no binary for {platform.machine()}"
    return None


class MilvusEndedError(RuntimeError):
    """The server ended by itself while it started: this machine doesn't run it, or a port was taken meanwhile."""


class MilvusServer:
    """One server.

    Args:
        directory: an empty one, for its data.
        binaries: where the unpacked binaries are kept between test runs.
    """

    def __init__(self, directory: Path, binaries: Path) -> None:
        spec = find_spec("milvus")
        assert spec is not None
        assert spec.origin is not None
        self._package = Path(spec.origin).parent / "data"
        self._directory = directory
        self._binaries = binaries
        self._metrics_port = _free_port()
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        _unpack(self._package / "bin", binaries)
        self._configure()

    @property
    def address(self) -> str:
        """As VITRINA_VECTOR_STORE takes it."""
        return f"milvus+http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it says that it is healthy.

        Raises:
            MilvusEndedError: it ended by itself; says what it wrote last.
            RuntimeError: it isn't healthy in time.
        """
        own = {
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(self._metrics_port),
            "LD_LIBRARY_PATH": str(self._binaries),
            "MILVUS_RUN_DIR": str(self._directory / "run"),
            "MILVUSCONF": str(self._directory / "configs"),
        }
        (self._directory / "run").mkdir(exist_ok=True)
        with (self._directory / "milvus.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "milvus", "run", "standalone"],
                cwd=self._directory,
                env=os.environ | own,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._healthy():
            if (status := self._process.poll()) is not None:
                self._process = None
                raise MilvusEndedError(f"Milvus ended by itself with status {status}: {self._reason()}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Milvus wasn't healthy within {_START_SECONDS:.0f} s: {self._log()[-2000:]}")
            time.sleep(0.1)

    def _log(self) -> str:
        return (self._directory / "milvus.log").read_text(encoding="utf-8", errors="replace")

    def _reason(self) -> str:
        """The line of its log that says why it ended, before the list of what each thread was doing."""
        lines = [line for line in self._log().splitlines() if _FATAL.search(line)]
        return lines[-1][:300] if lines else self._log()[-300:]

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in order if it does so within five seconds, else at once; no data is lost either way."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.kill()

    def pause(self) -> None:
        """From now on it takes connections and requests, and answers none, as behind a network that is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._metrics_port}/healthz", timeout=1) as answer:
                return answer.read() == b"OK"
        except OSError:
            return False

    def _configure(self) -> None:
        places = {
            "etcd_data_dir": "etcd",
            "local_storage_dir": "storage",
            "rocksmq_data_dir": "rocksmq",
            "system_log_path": "logs",
        }
        values: dict[str, str] = {name: str(self._directory / place) for name, place in places.items()}
        values |= {"proxy_port": str(self.port), "authorization_enabled": "true"}

        def fill(found: re.Match[str]) -> str:
            name, default = found.group(1), found.group(2)
            if name not in values and name.endswith("_port"):
                values[name] = str(_free_port())
            return values.get(name, default or "")

        text = _VARIABLE.sub(fill, (self._package / "config.yaml.template").read_text(encoding="utf-8"))
        for setting, value in (("gracefulStopTimeout", "3"), ("timeTickInterval", "50"), ("ttl", "3")):
            text = re.sub(rf"(?m)^( +{setting}: )\d+", rf"\g<1>{value}", text)
        # The etcd within it takes the port of its peers from a file of its own alone; two servers may run at once.
        etcd = self._directory / "configs" / "etcd.yaml"
        text = text.replace("\n    embed: true", f"\n    embed: true\n  config:\n    path: {etcd}", 1)
        (self._directory / "configs").mkdir()
        client, peer = f"http://127.0.0.1:{values['etcd_port']}", f"http://127.0.0.1:{_free_port()}"
        etcd.write_text(
            f"name: default\ndata-dir: {self._directory / 'etcd'}\nlisten-client-urls: {client}\n"
            f"advertise-client-urls: {client}\nlisten-peer-urls: {peer}\ninitial-advertise-peer-urls: {peer}\n"
            f"initial-cluster: default={peer}\n",
            encoding="utf-8",
        )
        shutil.copy(self._package / "glog.conf", self._directory / "configs")
        (self._directory / "configs" / "milvus.yaml").write_text(text, encoding="utf-8")


def _unpack(source: Path, binaries: Path) -> None:
    """Unpack the binaries, once: some 250 MB."""
    binaries.mkdir(parents=True, exist_ok=True)
    for packed in source.glob("*.lzma"):
        target = binaries / packed.stem
        if not target.exists():
            partial = target.with_name(f"{target.name}.{os.getpid()}")
            partial.write_bytes(lzma.decompress(packed.read_bytes()))
            partial.chmod(0o755)
            partial.replace(target)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
