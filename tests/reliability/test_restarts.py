"""Web processes and workers are replaced while people save: nobody notices, and nothing is lost."""

import http.client
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assessments.models import Answer, Assessment
from config.children import exists, wait_until
from scoring.models import CurrentScore, Outstanding
from tests.api.programs import make_program
from tests.factories.accounts import make_unit
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import scored
from tests.personas import Program
from tests.web import Web
from tests.workers import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PATIENCE = 120
CLIENTS = 4
#: Each client asks so often at most, whatever the restarts take.
MOST = 1_500
_PAUSE = 0.05


@dataclass
class Client:
    """A program that saves one answer after the other, each on top of the one before."""

    program: Program
    address: str
    assessment: Assessment
    keeps_line: bool
    """Whether it asks over one connection, or a new one each time."""
    saved: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _line: http.client.HTTPConnection | None = None

    def work(self, over: threading.Event) -> None:
        """Save until it is over."""
        tag = self._ask("GET", None, {})[1]
        for number in range(MOST):
            if over.is_set():
                break
            value = number % 50
            headers = {"If-Match": tag, "Idempotency-Key": f"{self.assessment.pk}-{number}"}
            status, new = self._ask("PATCH", {"answers": {"staff": {"value": value}}}, headers)
            if status == 200:
                self.saved.append(value)
                tag = new
            time.sleep(_PAUSE)
        if self._line is not None:
            self._line.close()

    def _ask(self, method: str, body: object, headers: dict[str, str]) -> tuple[int, str]:
        try:
            status, tag, said = self._sent(method, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.wrong.append(repr(error))
            self._line = None
            return 0, ""
        if status != 200:
            self.wrong.append(f"{status} {said[:200]}")
        return status, tag

    def _sent(self, method: str, body: object, headers: dict[str, str]) -> tuple[int, str, str]:
        line = self._line
        if line is None:
            line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        line.request(
            method,
            f"/api/v1/assessments/{self.assessment.pk}/answers",
            None if body is None else json.dumps(body),
            {**self.program.headers, "Content-Type": "application/json", **headers},
        )
        answer = line.getresponse()
        said = answer.read().decode()
        # A server that is about to stop says so, and the client makes a new line.
        if self.keeps_line and not answer.will_close:
            self._line = line
        else:
            line.close()
            self._line = None
        return answer.status, answer.headers.get("ETag", ""), said


@pytest.fixture
def web(
    broker: None, transactional_db: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[Web]:
    """Real web processes; whichever main process there is at the end is stopped."""
    environment = {**_worker_environment, "API_RATE": "1000000/min"}
    running = Web.start(environment=environment, log=tmp_path / "web.log")
    yield running
    running.stop()
    for pid in _mains(running):
        if exists(pid):
            os.kill(pid, signal.SIGTERM)
            assert wait_until(partial(_gone, pid), seconds=PATIENCE)


def _gone(pid: int) -> bool:
    return not exists(pid)


StartNamed = Callable[[str], Worker]


@pytest.fixture
def start_named(
    broker: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[StartNamed]:
    """Start workers as an installation does."""
    started: list[Worker] = []

    def start(name: str) -> Worker:
        log = tmp_path / f"{name}-{len(started)}.log"
        started.append(Worker.start_named(name, environment=_worker_environment, log=log))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def _mains(web: Web) -> list[int]:
    """The main processes that there have been, the latest last."""
    return [int(one) for one in re.findall(r"\[(\d+)\] \[INFO\] Starting gunicorn", web.said())]


def _processes(web: Web) -> list[int]:
    """The web processes that there have been."""
    return [int(one) for one in re.findall(r"Booting worker with pid: (\d+)", web.said())]


def replace_processes(web: Web) -> None:
    """SIGHUP: new web processes of the same version in place of the old ones."""
    before = _processes(web)
    os.kill(_mains(web)[-1], signal.SIGHUP)
    assert wait_until(lambda: len(_processes(web)) >= len(before) + 2, seconds=PATIENCE)
    assert wait_until(lambda: not any(map(exists, before)), seconds=PATIENCE), web.said()


def replace_program(web: Web) -> None:
    """SIGUSR2: a new main process beside the old one, which then ends."""
    mains, before = _mains(web), _processes(web)
    os.kill(mains[-1], signal.SIGUSR2)
    ready = wait_until(
        lambda: len(_mains(web)) > len(mains) and len(_processes(web)) >= len(before) + 2,
        seconds=PATIENCE,
    )
    assert ready, web.said()
    os.kill(mains[-1], signal.SIGTERM)
    if web.process.pid == mains[-1]:
        web.process.wait(timeout=PATIENCE)
    assert wait_until(lambda: not exists(mains[-1]), seconds=PATIENCE), web.said()


def test_replacing_web_processes_and_workers_twice_fails_no_request_and_loses_no_task(
    broker: None, web: Web, start_named: StartNamed
) -> None:
    unit = make_unit()
    program = make_program(unit)
    questionnaire = small_questionnaire()
    clients = [
        Client(program, web.address, scored(unit, questionnaire), keeps_line=number % 2 == 0)
        for number in range(CLIENTS)
    ]

    workers = [start_named("worker")]
    over = threading.Event()
    threads = [threading.Thread(target=one.work, args=(over,)) for one in clients]
    for thread in threads:
        thread.start()
    try:
        for _time in range(2):
            replace_processes(web)
            workers.append(start_named("worker"))
            # Warm: the tasks in hand are done, what waits is left to the other.
            workers[-2].stop()
            replace_program(web)
            assert wait_until(
                lambda: all(len(one.saved) > 5 or one.wrong for one in clients), seconds=PATIENCE
            )
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=PATIENCE)

    # Each of them was working all the time, and no answer was a failure.
    assert {one.assessment.pk: one.wrong for one in clients if one.wrong} == {}
    assert len(set(_mains(web))) == 3
    assert len(set(_processes(web))) == 2 + 2 * 2 + 2 * 2

    # Nobody sweeps here: what is scored was scored by the tasks that were queued.
    done = wait_until(lambda: not Outstanding.objects.exists(), seconds=PATIENCE)
    assert done, workers[-1].said()
    workers[-1].stop()
    for one in clients:
        stored = Answer.objects.get(assessment=one.assessment, question_key="staff")
        assert stored.value == one.saved[-1]
        one.assessment.refresh_from_db()
        current = CurrentScore.objects.get(assessment=one.assessment)
        assert current.inputs_version == one.assessment.inputs_version
    assert [one.process.returncode for one in workers] == [0, 0, 0]
    # Each main process has a folder for its counts, and takes it along.
    assert len(list(web.log.parent.glob("surety-metrics-*"))) == 1
