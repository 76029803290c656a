"""A small stand-in for S3 on this machine, as a storage of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from config.files import evidence_storage


class _Bucket(BaseHTTPRequestHandler):
    """As much of S3 as storing, reading and deleting takes. `objects` is the bucket."""

    objects: dict[str, bytes]
    broken = False

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.broken:
            self._answer(507)
            return
        self.objects[self.path.partition("?")[0]] = body
        self._answer(200)

    def do_HEAD(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404 if found is None else 200, found or b"", head=True)

    def do_GET(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404 if found is None else 200, found or b"")

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self._answer(204)

    def _answer(self, status: int, body: bytes = b"", *, head: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def log_message(self, *_args: Any) -> None: ...


@contextmanager
def bucket(settings: Any, alias: str = "evidence") -> Iterator[type[_Bucket]]:
    """A bucket on a local port, which the settings name within the block as this storage."""
    handler = type("Bucket", (_Bucket,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    entry = evidence_storage(
        "s3://proofs/surety",
        default=Path("/nowhere"),
        served=Path("/served"),
        endpoint=f"http://127.0.0.1:{server.server_port}",
        region="eu-central-1",
        access_key="key",
        secret_key="secret",
    )
    settings.STORAGES = {**settings.STORAGES, alias: entry}
    try:
        yield handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
