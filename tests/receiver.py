"""A receiver of webhooks on this machine, which answers as a test wants it to."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        """The `webhook-id`."""
        return self.headers["webhook-id"]

    def verified_by(self, secret: str) -> dict[str, Any]:
        """The payload, as the library for receivers gives it. Raises its error when forged."""
        payload: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return payload


@dataclass
class Receiver:
    """What was received, and how it is answered."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Seconds before each answer.
    delay: float = 0.0
    #: Instead of an answer: writes what it likes.
    by_hand: Callable[[BaseHTTPRequestHandler], None] | None = None
    busiest: int = 0
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hooks"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Note a request and answer it."""
        length = int(request.headers.get("Content-Length", 0))
        received = Received(
            request.path,
            {name.lower(): value for name, value in request.headers.items()},
            request.rfile.read(length),
        )
        with self._lock:
            self.received.append(received)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            time.sleep(self.delay)
            if self.by_hand is not None:
                self.by_hand(request)
                return
            request.send_response(self.status)
            for name, value in self.headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(self.body)))
            request.end_headers()
            request.wfile.write(self.body)
        finally:
            with self._lock:
                self._busy -= 1


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens on the loopback address for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever sends may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
