"""The systems that are told what happens in the demo. They listen on this machine only.

`/purchasing` takes every message, though it is now and then busy at first; `/warehouse` has been
down for maintenance ever since.
"""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

#: So many attempts at a message in four are refused before it is taken.
_BUSY_FOR: Final = 2


class _Answers(BaseHTTPRequestHandler):
    server_version = "Demo"
    sys_version = ""
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/purchasing":
            if self._is_busy(self.headers.get("webhook-id", "")):
                self._answer(503, "The queue is full. Try again in a moment.")
            else:
                self._answer(204, "")
        elif self.path == "/warehouse":
            self._answer(503, "Down for maintenance.")
        else:
            self._answer(404, "Nobody listens here.")

    def _is_busy(self, message_id: str) -> bool:
        """Of every four messages one comes when there is no room, twice."""
        if sum(message_id.encode()) % 4:
            return False
        with self.lock:
            self.seen[message_id] += 1
            return self.seen[message_id] <= _BUSY_FOR

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Says nothing."""


def start(port: int = 0) -> ThreadingHTTPServer:
    """Listen on this port, or on any free one where it is taken, in a thread of its own."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _Answers)
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
