"""A small server on loopback that answers as SAP, Oracle and Coupa say that theirs do."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen

#: What is known of each supplier, by its number as the system keeps it.
Suppliers = dict[str, dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    suppliers: Suppliers = {}

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        query = parse_qs(unquote(path.query))
        if "/odata/" in path.path:
            self._say(200, {"d": {}}, {"x-csrf-token": "t0ken"})
        elif "q" in query:
            number = query["q"][0].split("'")[1]
            row = self.suppliers[number]
            self._say(200, {"items": [{"SupplierId": number, **row}]})
        else:
            number = query["number"][0]
            self._say(200, [{"id": number, **self.suppliers[number]}])

    def do_PATCH(self) -> None:
        if "/odata/" not in self.path:
            self._change(self.path.rsplit("/", 1)[1], 200)
            return
        found = re.search(r"A_Supplier\('([^']+)'\)", unquote(self.path))
        if self.headers["x-csrf-token"] != "t0ken" or found is None:
            self._say(403, {"error": "CSRF token validation failed"})
            return
        self._change(found[1].zfill(10) if found[1].isdigit() else found[1], 204)

    def do_PUT(self) -> None:
        self._change(self.path.rsplit("/", 1)[1], 200)

    def _change(self, number: str, status: int) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.suppliers[number] |= said
        self._say(status, None if status == 204 else self.suppliers[number])

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        packed = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(packed))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *_args: Any) -> None:
        """Nothing: tests look at what was changed."""


class Stand:
    """How to reach the server."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"

    def send(
        self, method: str, path: str, headers: dict[str, str], body: Any
    ) -> tuple[int, Any, Any]:
        """(status, headers, body) of one request."""
        data = None if body is None else json.dumps(body).encode()
        asked = Request(self._root + path, data, headers, method=method)
        with urlopen(asked) as answer:
            said = answer.read()
            return answer.status, answer.headers, json.loads(said) if said else None


@contextmanager
def standing_in(suppliers: Suppliers) -> Iterator[Stand]:
    """The server with these suppliers, until the end of the block."""
    handler = type("Handler", (_Handler,), {"suppliers": suppliers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Stand(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
