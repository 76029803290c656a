"""Four queues, each with its own worker and bounds; what waits in those of before is not lost."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

from accounts.models import BusinessUnit
from config import queues
from config.celery import app
from config.children import wait_until
from config.processes import PROCESSES, command, present, workers_that_answer
from scoring.models import CurrentScore, Outstanding
from tests.factories.scoring import catch_up, say, scored
from tests.workers import Worker


def _with_workers(test: Any) -> Any:
    return pytest.mark.worker(pytest.mark.django_db(transaction=True)(test))


_WORKERS = [name for name in PROCESSES if name.startswith("worker")]


def option(name: str, of: str, **environment: str) -> str:
    """The value of an option on the command line of a process, or "" when it is not there."""
    given = [one for one in command(of, environment) if one.startswith(f"--{name}=")]
    return given[0].partition("=")[2] if given else ""


def waiting(queue: str) -> int:
    """How many messages wait in a queue."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        found: Any = client.llen(queue)
        return int(found)


def test_each_queue_of_today_is_worked_on_by_one_kind_of_worker() -> None:
    first = {name: option("queues", name).split(",")[0] for name in _WORKERS}
    assert sorted(first.values()) == sorted(queues.QUEUES)


def test_a_saved_answer_never_waits_behind_a_run_a_report_or_a_receiver() -> None:
    app.loader.import_default_modules()
    routed = {name: route["queue"] for name, route in app.conf.task_routes.items()}
    assert "scoring.rescore" not in routed
    assert app.conf.task_default_queue == queues.INTERACTIVE
    assert routed["scoring.run_piece"] == queues.BULK
    assert routed["reports.make"] == routed["scoring.make_export"] == queues.REPORTS
    assert routed["webhooks.send"] == routed["accounts.deliver"] == queues.OUTBOUND


def test_every_child_process_has_an_end_of_time_and_of_memory() -> None:
    for name in _WORKERS:
        if option("pool", name) == "threads":
            continue
        assert 0 < int(option("soft-time-limit", name)) < int(option("time-limit", name)), name
        assert int(option("max-memory-per-child", name)) >= 300 * 1024, name
        assert option("prefetch-multiplier", name) == "1"


def test_an_installation_says_how_much_memory_a_child_may_take() -> None:
    said = option("max-memory-per-child", "worker-reports", REPORT_MEMORY_MEGABYTES="2000")
    assert said == str(2000 * 1024)


def test_a_supervisor_may_go_on_using_the_name_of_before() -> None:
    assert present("worker-webhooks") == "worker-outbound"
    assert command("worker-webhooks", {}) == command("worker-outbound", {})


@pytest.fixture
def start(
    _worker_environment: dict[str, str], broker: None, transactional_db: None, tmp_path: Path
) -> Generator[Any]:
    """Start workers as an installation does."""
    started: list[Worker] = []

    def named(name: str, **environment: str) -> Worker:
        worker = Worker.start_named(
            name, environment={**_worker_environment, **environment}, log=tmp_path / f"{name}.log"
        )
        started.append(worker)
        return worker

    yield named
    for worker in started:
        worker.stop()


@_with_workers
def test_what_waited_in_the_queues_of_before_is_done_after_an_upgrade(
    unit: BusinessUnit, start: Any
) -> None:
    assessment = scored(unit)
    say(assessment, staff=60)
    assert Outstanding.objects.exists()
    # As a version before would have queued them.
    app.send_task("scoring.rescore_many", args=[[str(assessment.pk)]], queue="celery")
    app.send_task("webhooks.tidy", queue="webhooks")
    assert (waiting("celery"), waiting("webhooks")) == (1, 1)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(queues.INTERACTIVE)
    worker, outbound = start("worker"), start("worker-outbound")
    score = CurrentScore.objects.filter(assessment=assessment, cause="scoring.rescore_many")
    assert wait_until(score.exists, seconds=30), worker.said()
    assert wait_until(lambda: "webhooks.tidy" in outbound.said(), seconds=30), outbound.said()
    assert (waiting("celery"), waiting("webhooks")) == (0, 0)


@_with_workers
def test_a_child_that_has_taken_too_much_memory_is_replaced_after_its_task(
    unit: BusinessUnit, start: Any
) -> None:
    assessment = scored(unit)
    catch_up()
    worker = start("worker", WORKER_CONCURRENCY="1", WORKER_MEMORY_MEGABYTES="1")
    before = _children()
    say(assessment, staff=60)
    score = CurrentScore.objects.filter(assessment=assessment, cause="assessment.answers_saved")
    assert wait_until(score.exists, seconds=30), worker.said()
    assert wait_until(lambda: _children() not in ([], before), seconds=30), worker.said()
    # And the one in its place works.
    say(assessment, staff=70)
    assert wait_until(lambda: not Outstanding.objects.exists(), seconds=30), worker.said()


def _children() -> list[int]:
    """The processes that do the tasks of the one `worker`, as it says itself."""
    said = app.control.inspect(timeout=5).stats() or {}
    return [pid for one in said.values() for pid in one["pool"]["processes"]]


@_with_workers
def test_a_worker_that_is_asked_by_its_name_of_before_answers(start: Any) -> None:
    start("worker-outbound")
    found = workers_that_answer(settings.REDIS_URL, "worker-webhooks", seconds=10)
    assert found == {"worker-webhooks"}
