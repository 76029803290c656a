"""One client's line to Surety, as a browser or a program has it: it breaks, and is made again."""

import contextlib
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

TIMEOUT: Final = 20


class Silence(Exception):
    """No answer came: whether it was done is not known."""


@dataclass(frozen=True)
class Answer:
    """What was said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def done(self) -> bool:
        """It was carried out."""
        return self.status < 400

    @property
    def refused(self) -> bool:
        """It was not carried out, for sure."""
        return 400 <= self.status < 500


@dataclass
class Tally:
    """What all clients were answered, over all."""

    statuses: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    """Answers that nobody should ever get: 500, and what is no answer of Surety's."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, status: str) -> None:
        """One more."""
        with self.lock:
            self.statuses[status] += 1

    def mistake(self, what: str) -> None:
        """One that should not be."""
        with self.lock:
            self.mistakes.append(what)


class Line:
    """Requests of one client, one after the other."""

    def __init__(self, port: int, headers: Mapping[str, str], tally: Tally) -> None:
        self._port, self._headers, self.tally = port, dict(headers), tally
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        """One request. Raises Silence."""
        sent = {**self._headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        line = self._line or http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        self._line = line
        try:
            line.request(method, path, body=body, headers=sent)
            response = line.getresponse()
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(),
            )
        except (OSError, http.client.HTTPException) as error:
            self.close()
            self.tally.count("no answer")
            raise Silence(str(error)) from error
        if response.will_close:
            self.close()
        self.tally.count(str(answer.status))
        if answer.status >= 500 and answer.status != 503:
            self.tally.mistake(f"{method} {path}: {answer.status} {answer.body[:200]!r}")
        return answer

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request of a program. Raises Silence."""
        given = None if body is None else json.dumps(body)
        return self.ask(method, f"/api/v1{path}", given, Content_Type="application/json", **headers)

    def wear(self, **headers: str) -> None:
        """Send these headers with every request from now on."""
        self._headers.update(headers)

    def close(self) -> None:
        """Hang up; the next request makes a new line."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.close()
        self._line = None


def wait_as_asked(answer: Answer | None, over: threading.Event) -> None:
    """As long as was asked for, or a moment."""
    asked = answer.headers.get("retry-after", "") if answer else ""
    pause = min(float(asked), 5.0) if asked.isdecimal() else 0.5
    if over.is_set():
        time.sleep(pause)
    else:
        over.wait(pause)
