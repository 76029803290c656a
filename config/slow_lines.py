"""How long a request may take to arrive: some time for all of it, and more the more has come.

A thread waits for whoever sends. A few who send a byte now and then would keep all of them waiting,
so whoever is slower than any line that works is taken for gone.
"""

import errno
import select
import socket
import time
from collections.abc import Callable
from typing import Any, Final

#: Seconds that the first bytes and a short body may take, whatever the line.
GRACE: Final = 20.0
#: Bytes a second at least, after that: 25 MB in 25 minutes.
SLOWEST: Final = 16_384


class PacedSocket:
    """A socket that is read no slower than that; otherwise it is the one it is made of."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        grace: float = GRACE,
        slowest: float = SLOWEST,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sock, self._grace, self._slowest, self._now = sock, grace, slowest, now
        self.begin()

    def begin(self) -> None:
        """A request begins here."""
        self._began, self._received = self._now(), 0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes. ConnectionResetError where they did not come in time."""
        left = self._began + self._grace + self._received / self._slowest - self._now()
        if left <= 0 or not self._waits_for_data(left):
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        piece = self._sock.recv(size, flags)
        self._received += len(piece)
        return piece

    def _waits_for_data(self, seconds: float) -> bool:
        # Not `select`, which knows no descriptors above 1,024.
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
