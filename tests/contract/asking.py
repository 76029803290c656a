"""Ask a running server as a plain HTTP client does, also for what no library would send."""

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        """The problem document; fails on anything else."""
        assert self.headers.get("content-type") == "application/problem+json", self
        document = json.loads(self.body)
        assert document["status"] == self.status
        assert {"type", "title", "detail"} <= set(document)
        return document


def ask(
    address: str,
    path: str,
    *,
    key: str = "",
    method: str = "GET",
    body: str | bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own. A body in pieces goes in chunks."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    sent = dict(headers or {})
    if key:
        sent["Authorization"] = f"Bearer {key}"
    if body is not None:
        sent.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, path, body, sent, encode_chunked=_in_pieces(body))
        answer = connection.getresponse()
        return Answer(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )
    finally:
        connection.close()


def _in_pieces(body: object) -> bool:
    return body is not None and not isinstance(body, str | bytes)


def say(address: str, words: bytes) -> Answer:
    """These very bytes, and what came back."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=60) as line:
        line.sendall(words)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())
