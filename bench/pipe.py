"""`python -m bench.pipe`: from a saved answer to the visible score, with 20 people at once.

20 clients save an answer once a second for 60 s through gunicorn, each in an assessment of its own;
real workers and the clock are running. Measured from sending the answer to the moment at which the
stored score that pages and API read is made from it. The last line is one JSON object; the floor is
the same save without waiting for a score.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg2

from bench import stack

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Desk:
    """One client: an assessment, a yes-no question of it, and how its saves went."""

    assessment: str
    section: str
    question: str
    choices: list[str]
    version: int
    cookie: str = ""
    token: str = ""
    sent: dict[int, float] = field(default_factory=dict)
    saved: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    refused: int = 0


def main() -> None:
    """Load, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--vendors", type=int, default=1000)
    options = parser.parse_args()
    with stack.servers() as urls:
        port = stack.free_port()
        settings = stack.environment(urls["DATABASE_URL"], urls["REDIS_URL"], port=port)
        loaded = stack.loaded(
            "bench.pipe_load", options.vendors, options.clients, settings=settings
        )
        desks = [Desk(**row) for row in loaded["desks"]]
        with stack.processes(["web", "worker", "worker-bulk", "beat"], settings):
            run(desks, loaded["cookie"], port, urls["DATABASE_URL"], options.seconds)
        _report(desks, options.clients, options.seconds)


def run(desks: list[Desk], cookie: str, port: int, database_url: str, seconds: int) -> None:
    """Let everybody save for so long, and note in `desks` when each save was seen in a score."""
    versions = _versions(database_url, desks)
    for desk in desks:
        _open_form(desk, cookie, port)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(desks, versions, database_url, over))
    watcher.start()
    people = [
        threading.Thread(
            target=_person,
            args=(desk, port, seconds, versions[desk.assessment], number / len(desks)),
        )
        for number, desk in enumerate(desks)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    over.set()
    watcher.join(timeout=30)


def _versions(database_url: str, desks: list[Desk]) -> dict[str, int]:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, inputs_version FROM assessments_assessment "
            "WHERE id = ANY(%s::uuid[])",
            [[desk.assessment for desk in desks]],
        )
        return dict(cursor.fetchall())


def _open_form(desk: Desk, cookie: str, port: int) -> None:
    """Read the page as a browser does, for the cookie and the token that a save needs."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as line:
        line.request(
            "GET",
            f"/assessments/{desk.assessment}/sections/{desk.section}/",
            headers={"Cookie": cookie},
        )
        response = line.getresponse()
        found = _TOKEN.search(response.read().decode())
        if response.status != 200 or found is None:
            sys.exit(f"The section page answers {response.status}.")
        desk.token = found.group(1)
        desk.cookie = f"{cookie}; {(response.getheader('Set-Cookie') or '').partition(';')[0]}"


def _person(desk: Desk, port: int, seconds: int, version: int, offset: float) -> None:
    """Save once a second; each save changes the answer, so each raises the version by one."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    headers: Mapping[str, str] = {
        "Cookie": desk.cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-CSRFToken": desk.token,
    }
    start = time.monotonic() + offset
    for turn in range(seconds):
        time.sleep(max(0.0, start + turn - time.monotonic()))
        body = urlencode(
            {
                "question": desk.question,
                "version": desk.version,
                f"q-{desk.question}": desk.choices[turn % len(desk.choices)],
            }
        )
        began = time.monotonic()
        desk.sent[version + len(desk.saved) + 1] = began
        line.request(
            "POST",
            f"/assessments/{desk.assessment}/answers/{desk.section}/",
            body=body,
            headers=dict(headers),
        )
        response = line.getresponse()
        said = response.read()
        if response.status == 200:
            desk.version = json.loads(said)["version"]
            desk.saved.append(time.monotonic() - began)
        else:
            desk.refused += 1
    line.close()


def _watch(
    desks: list[Desk], versions: dict[str, int], database_url: str, over: threading.Event
) -> None:
    """Note when the stored scores reach each version; a few seconds longer than the saving."""
    by_id = {desk.assessment: desk for desk in desks}
    reached = dict(versions)
    end: float | None = None
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while end is None or time.monotonic() < end:
            if over.is_set() and end is None:
                end = time.monotonic() + 10
            cursor.execute(
                "SELECT assessment_id::text, inputs_version FROM scoring_currentscore "
                "WHERE assessment_id = ANY(%s::uuid[])",
                [list(by_id)],
            )
            now = time.monotonic()
            for assessment, version in cursor.fetchall():
                desk = by_id[assessment]
                for passed in range(reached[assessment] + 1, version + 1):
                    if passed in desk.sent:
                        desk.seen.append(now - desk.sent[passed])
                reached[assessment] = max(version, reached[assessment])
            time.sleep(0.01)


def _report(desks: list[Desk], clients: int, seconds: int) -> None:
    saved = [value for desk in desks for value in desk.saved]
    seen = [value for desk in desks for value in desk.seen]
    refused = sum(desk.refused for desk in desks)
    result: dict[str, Any] = {
        "clients": clients,
        "seconds": seconds,
        "saves": len(saved),
        "scored": len(seen),
        "refused": refused,
        "save_p50_s": cut(saved, 10),
        "save_p95_s": cut(saved, 19),
        "visible_p50_s": cut(seen, 10),
        "visible_p95_s": cut(seen, 19),
    }
    result["visible_over_save_p95"] = round(result["visible_p95_s"] / result["save_p95_s"], 2)
    print(f"{len(saved)} answers saved, {refused} refused, {len(seen)} seen in a score")
    print(f"saved    p50 {result['save_p50_s']:.3f} s  p95 {result['save_p95_s']:.3f} s")
    print(f"visible  p50 {result['visible_p50_s']:.3f} s  p95 {result['visible_p95_s']:.3f} s")
    print(json.dumps(result))


def cut(values: list[float], twentieth: int) -> float:
    """The value below which so many twentieths of the values lie, in seconds."""
    return round(statistics.quantiles(values, n=20)[twentieth - 1], 4)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
