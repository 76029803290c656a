"""gunicorn's worker, with problem documents for requests that never reach Surety, and an end to
waiting for those that never come."""

import json
import socket
from typing import Any, Final

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from config.slow_lines import PacedSocket

_WORDS: Final = {
    400: ("Bad Request", "This is not a request as HTTP has it."),
    414: ("URI Too Long", "The address is too long. Send long values in a body."),
    431: ("Request Header Fields Too Large", "The headers are too large."),
}


class Worker(ThreadWorker):
    """Answers a request that cannot be read as the API answers everything: never with a page.

    Whoever sends too slowly (`config.slow_lines`) is gone.
    """

    def enqueue_req(self, conn: Any) -> None:
        """A connection goes to a thread, which waits for one request at most."""
        if isinstance(conn.sock, PacedSocket):
            conn.sock.begin()
        else:
            conn.sock = PacedSocket(conn.sock)
        super().enqueue_req(conn)  # type: ignore[no-untyped-call]

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Write the problem document; what is no fault of the request is left to gunicorn."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)  # type: ignore[no-untyped-call]
            return
        self.log.warning("Invalid request from ip=%s: %s", (addr or ("",))[0], exc)
        status = 400
        if isinstance(exc, LimitRequestLine):
            status = 414
        elif isinstance(exc, LimitRequestHeaders):
            status = 431
        try:
            write_nonblock(client, _answer(status))
        except OSError:
            self.log.debug("Nobody waits for the answer to an invalid request.")


def _answer(status: int) -> bytes:
    title, detail = _WORDS[status]
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    head = (
        f"HTTP/1.1 {status} {title}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode("ascii")
