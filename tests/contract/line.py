"""A line to a server that a test can cut, so that the server is really out of reach."""

import contextlib
import socket
import threading
from collections.abc import Generator
from typing import Final

_PIECE: Final = 65_536


class Line:
    """Listens on a free port and passes bytes on, both ways, until it is cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._ends: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.passing = threading.Event()
        self.passing.set()
        self.asked = threading.Event()
        self.port = self._listen(0)

    def _listen(self, port: int) -> int:
        listener = socket.create_server(("127.0.0.1", port))
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        found: int = listener.getsockname()[1]
        return found

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                for start, end in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._pass, args=(start, end, start is near), daemon=True
                    ).start()

    def _pass(self, start: socket.socket, end: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := start.recv(_PIECE):
                if asking and not self.passing.is_set():
                    self.asked.set()
                self.passing.wait()
                end.sendall(piece)
        _close(start)
        _close(end)

    def hold(self) -> None:
        """Pass nothing on from now; `asked` is set when somebody has sent something."""
        self.asked.clear()
        self.passing.clear()

    def cut(self) -> None:
        """End every connection, and take no new one."""
        if self._listener is not None:
            # Closing alone leaves the thread that waits in accept() with an open socket.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for end in self._ends:
            _close(end)
        self._ends.clear()
        self.passing.set()

    def mend(self) -> None:
        """Listen again, at the same port."""
        self._listen(self.port)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def line_to(host: str, port: int) -> Generator[Line]:
    """A line for the length of a test."""
    line = Line(host, port)
    try:
        yield line
    finally:
        line.cut()
