"""People and programs for `bench.load`, as locust runs them: a process of its own.

    locust -f bench/load_users.py --headless …

The environment says who there is (LOAD_PEOPLE, LOAD_READERS, LOAD_PROGRAMS), where the plan of
`bench.load_data` is (LOAD_PLAN), how much of the usual pauses is kept (LOAD_PAUSE, 1 is all), at
which desk the first person sits (LOAD_DESK), and where the figures go (LOAD_RESULT). Locust
replaces parts of the standard library in this process, so nothing else may import it.
"""

import itertools
import json
import os
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, constant_pacing, events, task

_PLAN: dict[str, Any] = json.loads(Path(os.environ["LOAD_PLAN"]).read_text())
_PAUSE = float(os.environ.get("LOAD_PAUSE", "1"))
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_turn = itertools.count(int(os.environ.get("LOAD_DESK", "0")))


def _between(least: float, most: float) -> Any:
    """A pause by chance within these seconds, as people make it."""
    return lambda _user: random.uniform(least, most) * _PAUSE


class Person(FastHttpUser):
    """Fills in: opens a section, reads, answers a question every ten seconds or so."""

    fixed_count = int(os.environ.get("LOAD_PEOPLE", "0"))
    wait_time = _between(6, 16)
    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        """Take a desk of one's own."""
        self.desk = _PLAN["desks"][next(_turn) % len(_PLAN["desks"])]
        self.number = 0
        self.cookies = self.token = ""

    @task
    def answer(self) -> None:
        """The next question; its section is opened again where it is another one."""
        questions = self.desk["questions"]
        question = questions[self.number % len(questions)]
        before = questions[(self.number - 1) % len(questions)]
        if not self.token or question["section"] != before["section"]:
            self._open(question["section"])
        if not self.token:
            return
        turn = self.number // len(questions)
        body = {
            "question": question["key"],
            "version": question["version"],
            f"q-{question['key']}": question["choices"][turn % len(question["choices"])],
        }
        self.number += 1
        with self.client.post(
            f"/assessments/{self.desk['assessment']}/answers/{question['section']}/",
            data=urlencode(body),
            headers={
                "Cookie": self.cookies,
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.token,
            },
            name="save an answer",
            catch_response=True,
        ) as answer:
            if answer.status_code == 200:
                question["version"] = answer.json()["version"]
                answer.success()
            else:
                answer.failure(f"{answer.status_code}: {(answer.text or '')[:120]}")

    def _open(self, section: str) -> None:
        answer = self.client.get(
            f"/assessments/{self.desk['assessment']}/sections/{section}/",
            headers={"Cookie": self.desk["cookie"]},
            name="open a section",
        )
        found = _TOKEN.search(answer.text or "")
        if found:
            self.token = found[1]
            headers: Any = answer.headers
            fresh = (headers.get("Set-Cookie") or "").partition(";")[0]
            self.cookies = "; ".join(filter(None, (self.desk["cookie"], fresh)))


class Reader(FastHttpUser):
    """Looks at the dashboard, filters the list, opens a vendor and its scorecard."""

    fixed_count = int(os.environ.get("LOAD_READERS", "0"))
    wait_time = _between(5, 15)
    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        """Sign in, as it were."""
        self.signed_in = {"Cookie": random.choice(_PLAN["readers"])}

    def _read(self, path: str, name: str) -> None:
        self.client.get(path, headers=self.signed_in, name=name)

    @task(4)
    def dashboard(self) -> None:
        """The whole of it, or a part."""
        self._read(random.choice(("/dashboard/", "/dashboard/?country=CN")), "dashboard")

    @task(3)
    def listed(self) -> None:
        """The list, filtered or searched."""
        query = random.choice(("", "?band=high&tier=high", "?country=VN", "?q=helix"))
        self._read(f"/vendors/{query}", "vendors")

    @task(3)
    def vendor(self) -> None:
        """One of them."""
        self._read(f"/vendors/{random.choice(_PLAN['vendors'])}/", "vendor")

    @task(2)
    def scorecard(self) -> None:
        """Why it is rated as it is."""
        self._read(f"/assessments/{random.choice(_PLAN['assessments'])}/score/", "scorecard")


class Program(FastHttpUser):
    """An ERP: reads vendors, their scores and what has changed, once a second."""

    fixed_count = int(os.environ.get("LOAD_PROGRAMS", "0"))
    wait_time = constant_pacing(1.0 * max(_PAUSE, 0.01))
    network_timeout = connection_timeout = 60.0
    place = ""

    def _read(self, path: str, name: str) -> Any:
        key = {"Authorization": f"Bearer {_PLAN['api_key']}"}
        return self.client.get(f"/api/v1/{path}", headers=key, name=f"api: {name}")

    @task(3)
    def score(self) -> None:
        """The score of a vendor, before an order goes out."""
        self._read(f"vendors/{random.choice(_PLAN['vendors'])}/score", "vendor score")

    @task(1)
    def many(self) -> None:
        """A page of vendors."""
        self._read("vendors?limit=100", "vendors")

    @task(2)
    def one(self) -> None:
        """A score by its id."""
        self._read(f"scores/{random.choice(_PLAN['scores'])}", "score")

    @task(1)
    def changes(self) -> None:
        """What has changed since last time."""
        after = f"&after={self.place}" if self.place else ""
        answer = self._read(f"changes?limit=100{after}", "changes")
        if answer.status_code == 200:
            self.place = answer.json().get("next") or self.place


def _write(environment: Any, **_more: Any) -> None:
    """The figures of each kind of request, and what went wrong, in words."""
    stats = environment.stats
    kinds = {
        row.name: {
            "requests": row.num_requests,
            "failures": row.num_failures,
            "p50_s": row.get_response_time_percentile(0.5) / 1000,
            "p95_s": row.get_response_time_percentile(0.95) / 1000,
            "most_s": row.max_response_time / 1000,
        }
        for row in stats.entries.values()
    }
    wrong = [
        {"kind": one.name, "error": str(one.error), "times": one.occurrences}
        for one in stats.errors.values()
    ]
    Path(os.environ["LOAD_RESULT"]).write_text(json.dumps({"kinds": kinds, "wrong": wrong}))


_quitting: Any = events.quitting
_quitting.add_listener(_write)
