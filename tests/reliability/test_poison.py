"""What takes its worker down each time is begun a few times, is told, and holds up nobody."""

import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from celery import current_app

from assessments.models import Assessment
from config.children import wait_until
from config.poison import AGAIN
from scoring.models import CurrentScore, Outstanding
from tests.factories.accounts import make_unit
from tests.factories.scoring import say, scored
from tests.flows.dying import Queue
from tests.workers import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PATIENCE = 60

Poisoned = Callable[[], Worker]


@pytest.fixture
def poisoned(
    queue: Queue, transactional_db: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[Worker]:
    """A worker with two processes that knows what kills it."""
    command = [sys.executable, "-m", "celery", "--app=config.celery", "worker"]
    command += [
        "--queues=interactive,bulk,reports",
        "--concurrency=2",
        "--loglevel=INFO",
        "--without-gossip",
    ]
    command += ["--without-mingle", "--hostname=poisoned@%h", "--include=tests.reliability.poison"]
    environment = {**_worker_environment, "POISON_FOLDER": str(tmp_path)}
    worker = Worker.started(command, environment, tmp_path / "poisoned.log")
    yield worker
    worker.stop()


def times(folder: Path, name: str) -> int:
    """How often something was begun."""
    path = folder / name
    return len(path.read_text()) if path.exists() else 0


def test_a_task_that_kills_its_worker_is_begun_a_few_times_and_let_go_of(
    poisoned: Worker, tmp_path: Path
) -> None:
    current_app.send_task("poison.kill")
    current_app.send_task("poison.well")

    told = wait_until(lambda: "task.poisonous" in poisoned.said(), seconds=PATIENCE)

    assert told, poisoned.said()
    assert times(tmp_path, "killed") == AGAIN + 1
    assert times(tmp_path, "well") == 1
    current_app.send_task("poison.well")
    assert wait_until(lambda: times(tmp_path, "well") == 2, seconds=PATIENCE), poisoned.said()
    assert times(tmp_path, "killed") == AGAIN + 1


def test_an_assessment_that_kills_whoever_scores_it_holds_up_no_other(
    poisoned: Worker, queue: Queue, beat: None, tmp_path: Path
) -> None:
    unit = make_unit()
    poison, others = scored(unit), [scored(unit) for _ in range(3)]
    (tmp_path / "assessment").write_text(str(poison.pk))
    # All of them fall behind, and their own tasks are lost.
    for one in (poison, *others):
        say(one, staff=90)
    queue.empty()

    def caught_up(one: Assessment) -> bool:
        one.refresh_from_db(fields=["inputs_version"])
        return CurrentScore.objects.filter(pk=one.pk, inputs_version=one.inputs_version).exists()

    done = wait_until(lambda: all(caught_up(one) for one in others), seconds=PATIENCE)
    assert done, poisoned.said()
    # It waits longer each time, and is not lost: once nothing kills any more, it is scored.
    assert times(tmp_path, "died") >= 1
    assert not caught_up(poison)
    waits = Outstanding.objects.filter(subject="assessment", subject_id=poison.pk)
    assert wait_until(lambda: waits.filter(attempts__gte=2).exists(), seconds=PATIENCE)
    (tmp_path / "assessment").unlink()
    Outstanding.objects.update(due_at="2020-01-01T00:00:00Z")
    assert wait_until(lambda: caught_up(poison), seconds=PATIENCE), poisoned.said()
