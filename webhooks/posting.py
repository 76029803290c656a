"""Sending one message over HTTP: to an address that was checked, within bounds of time and size.

The name of a receiver is looked up once, what it leads to is checked, and that address is the one
connected to: nothing looks it up a second time. Certificate and `Host` are those of the name.
Redirects are not followed, and no proxy of the environment is used.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException, RemoteDisconnected
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, Queue
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.response import HTTPResponse

from webhooks.models import Attempt
from webhooks.net_guard import Address, BadUrl, Network, Target, is_allowed, may_connect, target_of

Trouble = Attempt.Trouble
Resolve = Callable[[str, int], Sequence[Address]]
#: So much of an answer is read and kept.
KEPT: Final = 2_000
#: A name that leads to more addresses than these is tried no further.
_ADDRESSES: Final = 3


@dataclass(frozen=True)
class Limits:
    """Seconds: to be connected to an address, for each word of the answer, and for everything from
    looking up the name to the end of the answer, however many addresses there are."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 15.0


@dataclass(frozen=True)
class Outcome:
    """What became of it. `trouble` is "" where the receiver has taken the message (2xx)."""

    trouble: str
    latency_ms: int = 0
    address: str = ""
    status_code: int | None = None
    response: str = ""
    retry_after: str = ""


class _Stopped(Exception):
    """Sending ended before there was an answer."""

    def __init__(self, trouble: Trouble, address: str = "") -> None:
        super().__init__(trouble)
        self.trouble, self.address = trouble, address


def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses that a name leads to now, by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope ("fe80::1%eth0") belongs to a link, where nothing is sent to.
    return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))


def post(
    url: str,
    *,
    body: str,
    headers: Mapping[str, str],
    allowed: Sequence[Network] = (),
    ca_file: Path | None = None,
    limits: Limits | None = None,
    resolve: Resolve = resolve,
) -> Outcome:
    """Send a body to an address by POST. Never raises for what the receiver or the network does.

    `allowed`: networks inside to which messages may go, there also without TLS. `ca_file`:
    certificates of authorities beside those of the system.
    """
    begun = time.monotonic()
    limits = limits or Limits()
    try:
        target = target_of(url)
        with _Watch(limits.total) as watch:
            addresses = _checked(target, allowed, _in_time(resolve, watch))
            outcome = _first(_Message(target, body, headers, ca_file, limits), addresses, watch)
    except BadUrl:
        outcome = Outcome(Trouble.NO_ADDRESS)
    except _Stopped as stopped:
        outcome = Outcome(stopped.trouble, address=stopped.address)
    spent = round((time.monotonic() - begun) * 1000)
    return Outcome(**{**vars(outcome), "latency_ms": spent})


def _in_time(resolve: Resolve, watch: "_Watch") -> Resolve:
    """The resolver, waited for no longer than there is time: nothing can cut it off."""

    def ask(host: str, port: int) -> Sequence[Address]:
        answers: Queue[Sequence[Address] | Exception] = Queue()

        def look_up() -> None:
            try:
                answers.put(resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            answer = answers.get(timeout=watch.left())
        except Empty as error:
            raise TimeoutError(f"nobody says where {host} is") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask


def _checked(target: Target, allowed: Sequence[Network], resolve: Resolve) -> Sequence[Address]:
    """The addresses of a receiver, if each of them may be sent to."""
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise _Stopped(Trouble.NO_ADDRESS) from error
    if not addresses:
        raise _Stopped(Trouble.NO_ADDRESS)
    for address in addresses:
        if not may_connect(address, allowed):
            raise _Stopped(Trouble.FORBIDDEN, str(address))
        if not target.secure and not is_allowed(address, allowed):
            raise _Stopped(Trouble.NOT_HTTPS, str(address))
    return addresses


@dataclass(frozen=True)
class _Message:
    target: Target
    body: str
    headers: Mapping[str, str]
    ca_file: Path | None
    limits: Limits


def _first(message: _Message, addresses: Sequence[Address], watch: "_Watch") -> Outcome:
    """The outcome at the first address that can be connected to."""
    stopped = _Stopped(Trouble.UNREACHABLE)
    for address in addresses[:_ADDRESSES]:
        if not (left := watch.left()):
            raise _Stopped(Trouble.TIMEOUT, str(address))
        line = _line(message, address, min(message.limits.connect, left), watch)
        try:
            try:
                line.connect()
            except (ConnectTimeoutError, NewConnectionError) as error:
                refused = isinstance(error, NewConnectionError)
                trouble = Trouble.UNREACHABLE if refused else Trouble.TIMEOUT
                stopped = _Stopped(trouble, str(address))
                continue
            answer = _answer(line, message)
            # What was cut off in the middle of its head looks as if it had ended there.
            if watch.cut:
                raise _Stopped(Trouble.TIMEOUT, str(address))
            return _read(answer, address)
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            trouble = Trouble.TIMEOUT if watch.cut else _trouble_of(error)
            raise _Stopped(trouble, str(address)) from error
        finally:
            line.close()
    raise stopped


def _answer(line: HTTPConnection, message: _Message) -> HTTPResponse:
    line.timeout = message.limits.read
    if line.sock is not None:
        line.sock.settimeout(message.limits.read)
    line.request(
        "POST",
        message.target.path,
        body=message.body.encode(),
        headers={
            "Host": message.target.host_header,
            "Content-Type": "application/json",
            "User-Agent": "Surety-Webhooks/1",
            "Accept-Encoding": "identity",
            **message.headers,
        },
        preload_content=False,
        decode_content=False,
    )
    return line.getresponse()


def _read(answer: HTTPResponse, address: Address) -> Outcome:
    return Outcome(
        trouble=_trouble_in(answer.status),
        address=str(address),
        status_code=answer.status,
        response=_beginning(answer),
        retry_after=answer.headers.get("Retry-After", "")[:100],
    )


def _trouble_in(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status == 410:
        return Trouble.GONE
    return Trouble.REDIRECT if 300 <= status < 400 else Trouble.ANSWER


def _beginning(answer: HTTPResponse) -> str:
    """The first words of an answer, as text that does no harm; the status counts without them."""
    try:
        read = answer.read(KEPT)
    except (OSError, HTTPError, HTTPException, ValueError):
        return ""
    text = read.decode("utf-8", errors="replace")
    return "".join(one for one in text if one.isprintable() or one in "\n\t")[:KEPT]


def _trouble_of(error: Exception) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble.CERTIFICATE
    if isinstance(error, TimeoutError):
        return Trouble.TIMEOUT
    if isinstance(error, RemoteDisconnected) or not isinstance(error, HTTPException | ValueError):
        return Trouble.UNREACHABLE
    return Trouble.NOT_HTTP


class _Plain(HTTPConnection):
    watch: "_Watch"

    def _new_conn(self) -> socket.socket:
        return self.watch.over(super()._new_conn())


class _Secure(HTTPSConnection):
    watch: "_Watch"

    def _new_conn(self) -> socket.socket:
        return self.watch.over(super()._new_conn())


def _line(message: _Message, address: Address, seconds: float, watch: "_Watch") -> _Plain | _Secure:
    """A line to an address, to be connected within so many seconds."""
    target = message.target
    line: _Plain | _Secure
    if target.secure:
        line = _Secure(
            str(address),
            target.port,
            timeout=seconds,
            ssl_context=_context(message.ca_file),
            server_hostname=target.host,
        )
    else:
        line = _Plain(str(address), target.port, timeout=seconds)
    line.watch = watch
    return line


@lru_cache(maxsize=4)
def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


class _Watch:
    """Cuts a connection when the time for everything is over, whatever it is at.

    Time limits of sockets begin anew with every byte, so a receiver that sends one now and then
    would hold a thread for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.cut = False
        self._end_at = time.monotonic() + seconds
        self._lever: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def left(self) -> float:
        """Seconds that are left; 0 at the end."""
        return 0.0 if self.cut else max(0.0, self._end_at - time.monotonic())

    def over(self, made: socket.socket) -> socket.socket:
        """The socket, which is cut off at the end, and no other than this one."""
        with self._lock:
            self._let_go()
            self._lever = made.dup()
            if self.cut:
                self._pull()
        return made

    def _end(self) -> None:
        with self._lock:
            self.cut = True
            self._pull()

    def _pull(self) -> None:
        if self._lever is not None:
            try:
                self._lever.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It has ended by itself.
                return

    def _let_go(self) -> None:
        if self._lever is not None:
            self._lever.close()
            self._lever = None

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._let_go()
