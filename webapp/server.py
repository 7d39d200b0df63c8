"""The production server: gunicorn inside our own process, on a socket that is bound before anything else starts."""

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from webapp.errors import ServerStartError
from webapp.http.client_address import trusted_proxies
from webapp.http.form_limits import limit_addresses
from webapp.http.request_log import TEXT, set_up_logging
from webapp.services.access import services_of
from webapp.services.metrics import share_between_processes

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
# Decoding, LiteRT and FAISS release Python's global lock. More threads than ``webapp.services.search_places`` gives to
# searches, so that pages are answered beside as many searches as there may be.
THREADS_PER_WORKER = 16
MAX_WORKERS_BY_DEFAULT = 2  # each worker holds a copy of the index
WORKER_TIMEOUT_SECONDS = 60  # without a sign of life, after which a worker is replaced
KEEP_ALIVE_SECONDS = 5
STOP_TIMEOUT_SECONDS = 10
BACKLOG = 256  # connections that may wait while all threads are busy

_ADDRESS_REASONS = {
    errno.EADDRINUSE: (
        "something else is listening there already. "
        "Choose another port, for example --port {other} (make: PORT={other})"
    ),
    errno.EACCES: "ports below 1024 are the administrator's. Choose a higher one, for example --port 8000",
    errno.EADDRNOTAVAIL: "this machine has no such address. Use 127.0.0.1 for this machine only, 0.0.0.0 for all",
}


@dataclass(frozen=True)
class ServerOptions:
    """Where to listen, and how many processes answer."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT  # 0: any free port
    workers: int = min(MAX_WORKERS_BY_DEFAULT, os.cpu_count() or 1)  # processes
    access_log: bool = False  # prints a line for each request
    log_format: str = TEXT  # one of request_log.FORMATS


def bind_socket(host: str, port: int) -> socket.socket:
    """A TCP socket that listens on the address, so that a wrong address is known before any worker starts.

    Raises:
        ServerStartError: the address is taken, forbidden or not this machine's; the message says what to try.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise ServerStartError(f"{host!r} is no address of this machine; use --host 127.0.0.1 or 0.0.0.0.") from None
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        # Listens at once: two servers may bind the same port, but only one of them may listen on it.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        reason = _ADDRESS_REASONS.get(error.errno or 0, error.strerror or str(error))
        raise ServerStartError(f"Can't serve on {host}:{port}: {reason.format(other=port + 1)}.") from None
    return bound


def address_of(bound: socket.socket) -> str:
    """The address at which a browser on this machine reaches the socket."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    options: ServerOptions,
    make_app: Callable[[], Flask],
    *,
    on_listening: Callable[[str], None],
    on_worker: Callable[[Flask], None],
    on_first_worker: Callable[[Flask], None],
) -> None:
    """Serve until the process is told to stop.

    Args:
        options: where to listen, and with how many processes.
        make_app: called once in each worker process, so that each opens its own index and database.
        on_listening: called with the address as soon as connections are taken.
        on_worker: called in each worker with its app.
        on_first_worker: called in the first worker with its app, after ``on_worker``.

    Raises:
        ServerStartError: the address can't be used, or this system has no gunicorn.
    """
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError:
        raise ServerStartError(
            "The server needs gunicorn, which runs on Linux and macOS. On Windows, use WSL, or serve "
            "webapp.create_app() with another WSGI server such as waitress."
        ) from None

    from webapp.measured_worker import MeasuredWorker
    from webapp.server_log import ServerLog

    bound = bind_socket(options.host, options.port)
    address = address_of(bound)
    set_up_logging(options.log_format)
    ServerLog.log_format = options.log_format
    settings = _settings(options, bound.detach())
    settings |= {"worker_class": MeasuredWorker, "logger_class": ServerLog}
    settings["when_ready"] = lambda _: on_listening(address)

    def begin(worker: MeasuredWorker) -> None:
        limit_addresses(worker.wsgi)
        worker.tpool.observe_wait = services_of(worker.wsgi).metrics.observe_queue_wait
        on_worker(worker.wsgi)
        if worker.age == 1:
            on_first_worker(worker.wsgi)

    settings["post_worker_init"] = begin

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return make_app()

    with share_between_processes():
        Server().run()


def _settings(options: ServerOptions, descriptor: int) -> dict[str, object]:
    """Gunicorn's settings; ``load_config`` skips those that an older version doesn't have."""
    return {
        "bind": f"fd://{descriptor}",
        "backlog": BACKLOG,
        "workers": options.workers,
        "threads": THREADS_PER_WORKER,
        "timeout": WORKER_TIMEOUT_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "forwarded_allow_ips": ",".join(map(str, trusted_proxies())),  # who may say that a visitor came by HTTPS
        "limit_request_line": 0,  # webapp.request_reception bounds all headers, and the app refuses long addresses
        "graceful_timeout": STOP_TIMEOUT_SECONDS,
        "preload_app": False,
        "loglevel": "warning",
        "accesslog": "-" if options.access_log else None,
        "control_socket_disable": True,  # no socket file for gunicorn's control tool, which isn't used here
    }
