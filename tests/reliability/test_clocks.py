"""A clock that is set back: the clock process goes on, and so does what it sends for."""

import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from celery.beat import ScheduleEntry

from assessments.models import Assessment
from audit import clock
from audit.models import Event, SealedEvent
from audit.seal import seal
from chaos.stack import MOVED_CLOCK
from config import processes, queues
from config.beat import Scheduler
from config.celery import app
from config.children import spawn, stop, wait_until
from scoring.models import CurrentScore
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.scoring import say, scored
from tests.flows.dying import Queue

_REPOSITORY = Path(__file__).parents[2]
PATIENCE = 30
HOUR = 3600


class Clockwork(Scheduler):
    """The clock, with a list of what it has sent in place of a broker."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self.sent: list[str] = []
        super().__init__(*arguments, **more)

    def apply_async(self, entry: ScheduleEntry, *_arguments: Any, **_more: Any) -> None:
        """Note it."""
        self.sent.append(str(entry.task))


@pytest.fixture
def clockwork(tmp_path: Path) -> Generator[Clockwork]:
    """The real schedule."""
    made = Clockwork(app=app, schedule_filename=str(tmp_path / "notes"))
    made.setup_schedule()
    yield made
    made.close()


def run(
    clockwork: Clockwork, traveller: time_machine.Traveller, seconds: int, step: float = 0.25
) -> list[str]:
    """What is sent in so many seconds."""
    before = len(clockwork.sent)
    for _ in range(round(seconds / step)):
        traveller.shift(step)
        while clockwork.tick() == 0:
            pass
    return clockwork.sent[before:]


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=4000)])
def test_a_clock_set_back_while_it_runs_delays_nothing(
    clockwork: Clockwork, back: timedelta
) -> None:
    with time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False) as traveller:
        for entry in clockwork.schedule.values():
            entry.last_run_at = entry.default_now()
        assert run(clockwork, traveller, 10).count("audit.seal") in (9, 10)
        traveller.shift(-back)
        sent = run(clockwork, traveller, 10)
        assert sent.count("audit.seal") in (9, 10)
        assert sent.count("scoring.sweep") in (2, 3)
        hour = run(clockwork, traveller, HOUR, step=30)
        assert hour.count("scoring.rescore_due") == 1
        assert hour.count("vendors.remind") == 1


@pytest.fixture
def beat_after_a_wrong_day(
    queue: Queue, _worker_environment: Mapping[str, str], tmp_path: Path
) -> Generator[None]:
    """The real clock process: it ran for a while on a machine whose clock was a year ahead."""
    environment = {**_worker_environment, "RUN_FOLDER": str(tmp_path)}
    wrong = {**environment, "PYTHONPATH": str(MOVED_CLOCK), "CHAOS_CLOCK_SHIFT": "31536000"}

    def start(settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        return spawn(
            processes.command("beat", settings),
            log=tmp_path / "beat.log",
            environment=settings,
            folder=_REPOSITORY,
        )

    process = start(wrong)
    with closing(redis.Redis.from_url(queue.servers.redis_url)) as broker:
        assert wait_until(lambda: broker.llen(queues.INTERACTIVE) > 0, seconds=PATIENCE)
        stop(process, signal.SIGTERM, grace=10)
        queue.empty()
    process = start(environment)
    yield
    stop(process, signal.SIGTERM, grace=10)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_clock_that_was_wrong_for_a_while_leaves_nothing_waiting(
    queue: Queue, beat_after_a_wrong_day: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    say(assessment, staff=90)
    queue.empty()
    worker = start_worker()

    def caught_up() -> bool:
        row = Assessment.objects.get(pk=assessment.pk)
        rows = CurrentScore.objects.filter(pk=row.pk, inputs_version=row.inputs_version)
        return rows.exists() and not Event.objects.filter(sealed=None).exists()

    assert wait_until(caught_up, seconds=PATIENCE), worker.said()


@pytest.mark.django_db(transaction=True)
def test_what_is_done_after_the_clock_was_set_back_comes_after_what_was_done_before() -> None:
    assessment = scored(make_unit())
    now = clock.now()
    say(assessment, staff=10)
    with clock.at(now - timedelta(hours=1)):
        say(assessment, staff=90)
    while seal():
        pass
    rows = SealedEvent.objects.filter(
        event__aggregate_id=assessment.pk, event__type="assessment.answers_saved"
    ).order_by("sequence")
    versions = [row.event.data["inputs_version"] for row in rows.select_related("event")]
    assert versions == sorted(versions)
    assert assessment.answers.get(question_key="staff").value == 90
