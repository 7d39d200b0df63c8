"""Gunicorn's threaded worker, which here gives a thread to a request only when the request has come in whole.

Otherwise a handful of visitors who send a byte a second, or nothing, take all threads. Complete requests are what
``webapp.request_reception`` makes of bytes; answers are written under a deadline too.
"""

import contextlib
import errno
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from search.photo import MAX_BYTES
from webapp.http.form_limits import FORM_BYTES, large_uploads
from webapp.request_reception import CONTINUE, HeadTooLargeError, Reception

WRITE_SECONDS = 30.0  # for one write of an answer
MOST_RECEIVED = 400  # requests that a process receives at once; the one that is slowest makes room for a new one
MOST_RECEIVED_BYTES = 512 * 2**20  # of all their bodies
LINGER_SECONDS = 30.0  # in which the sender of a body that is too long may go on, and then read the answer
_READ_BYTES = 2**20
_TIMEOUT = "408 Request Timeout"
_HEAD_TOO_LARGE = "431 Request Header Fields Too Large"
_NO_ROOM = "503 Service Unavailable"


class ReplayedSocket:
    """A connection whose next request is read from what was received; everything else is the socket's own."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received: Reception | None = None

    def replay(self, received: Reception) -> None:
        """Let ``recv`` give this request."""
        self._received = received

    def recv(self, size: int, *_: Any) -> bytes:
        """The next bytes of the request; none behind its end, so that nobody waits for more."""
        return self._received.read(size) if self._received else b""

    def setblocking(self, blocking: bool) -> None:
        """A blocking socket waits for ``WRITE_SECONDS`` at most."""
        self._sock.settimeout(WRITE_SECONDS if blocking else 0.0)

    def forget(self) -> None:
        """Throw the request away."""
        if self._received:
            self._received.close()
            self._received = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class ReceivingWorker(ThreadWorker):
    """Receives requests in its main loop, and has its threads answer them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._receiving: dict[TConn, Reception] = {}  # in the order in which they began
        self._lingering: dict[TConn, float] = {}  # answered, with the instant at which they are closed
        self._large_uploads: dict[str, int] = {}  # path -> most bytes, where larger files than photos are sent

    def load_wsgi(self) -> None:
        """Make the app, and learn how much its views take."""
        super().load_wsgi()
        self._large_uploads = large_uploads(self.wsgi, MAX_BYTES)

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, and wait for its request in the main loop."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._drop_slowest()  # no connection more can be opened
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, ReplayedSocket(client), address, listener.getsockname())
        connection.data_ready = True
        self._receive(connection)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """Receive the next request of a connection that was kept alive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Keep the connection alive or close it; then a request may have come in already, behind the one before."""
        rest = getattr(conn, "rest", b"")
        conn.sock.forget()
        if conn.is_cut:
            return self._linger(conn)
        super().finish_request(conn, fs)
        if rest and self.keepalived_conns and self.keepalived_conns[-1] is conn:
            self.poller.unregister(conn.sock)
            self.keepalived_conns.pop()
            self._receive(conn, rest)
        return None

    def murder_pending(self) -> None:
        """End the connections whose requests are overdue; called about once a second, also while stopping."""
        super().murder_pending()
        now = time.monotonic()
        for conn, reception in list(self._receiving.items()):
            if now > reception.deadline:
                self._refuse(conn, _TIMEOUT if reception.has_begun else None)
            elif not self.alive and not reception.has_begun:
                self._refuse(conn, None)
        for conn, until in list(self._lingering.items()):
            if now > until or not self.alive:
                self._end_lingering(conn)

    def _receive(self, conn: TConn, data: bytes = b"") -> None:
        """Begin to receive a request, of which ``data`` came already."""
        conn.rest, conn.is_cut = b"", False
        conn.sock.setblocking(False)
        reception = self._receiving[conn] = Reception(MAX_BYTES + FORM_BYTES, FORM_BYTES, self._large_uploads)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_bytes, conn))
        if data:
            self._take(conn, reception, data)
        if conn in self._receiving:
            self._on_bytes(conn, conn.sock)
        if len(self._receiving) > MOST_RECEIVED:
            self._drop_slowest()

    def _on_bytes(self, conn: TConn, _: Any) -> None:
        """Read what has come of a request."""
        reception = self._receiving.get(conn)
        if reception is None:  # it was ended after this event had been noted
            return
        try:
            data = conn.sock._sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, reception, data)
        else:
            self._refuse(conn, None)  # the visitor has gone

    def _take(self, conn: TConn, reception: Reception, data: bytes) -> None:
        try:
            reception.feed(data)
        except HeadTooLargeError:
            return self._refuse(conn, _HEAD_TOO_LARGE)
        except OSError as error:
            self.log.error("A request can't be received: %s", error)
            return self._refuse(conn, _NO_ROOM)
        if reception.is_complete:
            self._stop_receiving(conn)
            conn.rest, conn.is_cut = reception.rest, reception.is_cut
            conn.sock.replay(reception)
            self.enqueue_req(conn)
            return None
        if reception.wants_continue:
            reception.wants_continue = False
            with contextlib.suppress(OSError):
                conn.sock._sock.send(CONTINUE)
        if sum(each.received for each in self._receiving.values()) > MOST_RECEIVED_BYTES:
            self._refuse(max(self._receiving, key=lambda each: self._receiving[each].received), _NO_ROOM)
        return None

    def _linger(self, conn: TConn) -> None:
        """Throw away what is still sent: if the connection were closed now, it would be reset, and the answer lost."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_unwanted_bytes, conn))
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        self._lingering[conn] = time.monotonic() + LINGER_SECONDS
        if len(self._lingering) > MOST_RECEIVED:
            self._end_lingering(next(iter(self._lingering)))

    def _on_unwanted_bytes(self, conn: TConn, _: Any) -> None:
        try:
            is_over = not conn.sock._sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            is_over = True
        if is_over and conn in self._lingering:
            self._end_lingering(conn)

    def _end_lingering(self, conn: TConn) -> None:
        del self._lingering[conn]
        with contextlib.suppress(KeyError, OSError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _drop_slowest(self) -> None:
        """End the connection that has been sending its request for longest."""
        if self._receiving:
            self._refuse(next(iter(self._receiving)), _TIMEOUT)

    def _stop_receiving(self, conn: TConn) -> Reception:
        with contextlib.suppress(KeyError, OSError, ValueError):
            self.poller.unregister(conn.sock)
        return self._receiving.pop(conn)

    def _refuse(self, conn: TConn, status: str | None) -> None:
        """Close a connection, with a word to a visitor who still listens."""
        self._stop_receiving(conn).close()
        if status is not None:
            answer = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            with contextlib.suppress(OSError):
                conn.sock._sock.send(answer.encode())
        self.nr_conns -= 1
        conn.close()
