"""A small disk and a virus scanner, both real enough: limits of the system and a local socket."""

import resource
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def small_disk(room: int) -> Iterator[None]:
    """Within the block, no file of this process grows beyond `room` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def everything_in(folder: Path) -> list[Path]:
    """The files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


class Scanner:
    """Speaks the protocol of clamd for INSTREAM: finds what contains `BAD`."""

    BAD = b"X5O-looks-like-a-virus"

    def __init__(self, server: socket.socket, *, limit: int, mute: bool) -> None:
        self.received: list[bytes] = []
        self._server, self._limit, self._mute = server, limit, mute

    def serve(self) -> None:
        """Answer one connection after the other until the socket is closed."""
        while True:
            try:
                connection, _from = self._server.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        if stream.readline() != b"nINSTREAM\n":
            connection.sendall(b"UNKNOWN COMMAND\n")
            return
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        self.received.append(content)
        if self._mute:
            return
        if len(content) > self._limit:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\n")
        elif self.BAD in content:
            connection.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\n")
        else:
            connection.sendall(b"stream: OK\n")


@contextmanager
def scanner(
    settings: Any, *, unix: bool = True, limit: int = 10**9, mute: bool = False
) -> Iterator[Scanner]:
    """A scanner on a local socket, which the settings name within the block."""
    with TemporaryDirectory() as folder:
        if unix:
            server = socket.socket(socket.AF_UNIX)
            address = f"{folder}/clamd.ctl"
            server.bind(address)
        else:
            server = socket.socket()
            server.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{server.getsockname()[1]}"
        server.listen()
        made = Scanner(server, limit=limit, mute=mute)
        thread = threading.Thread(target=made.serve, daemon=True)
        thread.start()
        settings.CLAMAV_SOCKET, settings.CLAMAV_TIMEOUT = address, 5
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            thread.join(5)
