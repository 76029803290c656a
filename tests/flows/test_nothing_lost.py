"""Whatever dies, no score is lost: the beat sweeps up what no task has done."""

from threading import Thread

import pytest
from django.db import connection, transaction

from assessments.models import Assessment
from config.children import wait_until
from scoring.models import CurrentScore, Standing
from scoring.services import standings
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.scoring import say, scored
from tests.factories.vendors import make_vendor
from tests.flows.dying import Queue, kill_whole, waiting_for_a_lock

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: five times what the sweep needs.
PATIENCE = 30


def is_scored(assessment: Assessment) -> bool:
    """Whether the score has taken in the latest inputs."""
    assessment.refresh_from_db(fields=["inputs_version"])
    return CurrentScore.objects.filter(
        pk=assessment.pk, inputs_version=assessment.inputs_version
    ).exists()


def test_a_worker_killed_in_the_middle_of_a_task_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    worker = start_worker()
    with transaction.atomic():
        # The save is committed below; the task then waits here, in the middle of its work.
        standings.lock([assessment.vendor_id])
        _save_elsewhere(assessment)
        assert wait_until(waiting_for_a_lock, seconds=PATIENCE), worker.said()
        kill_whole(worker)
    assert not is_scored(assessment)
    again = start_worker()
    assert wait_until(lambda: is_scored(assessment), seconds=PATIENCE), again.said()


def _save_elsewhere(assessment: Assessment) -> None:
    """Save in a transaction of its own, beside the one that holds the lock."""

    def save() -> None:
        try:
            say(assessment, staff=90)
        finally:
            connection.close()

    thread = Thread(target=save)
    thread.start()
    thread.join(timeout=PATIENCE)


def test_a_queue_that_was_emptied_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    # Nobody takes tasks while the answer is saved and a vendor is added; then the queue is gone.
    say(assessment, staff=90)
    vendor = make_vendor(assessment.unit)
    queue.empty()
    worker = start_worker()
    assert wait_until(lambda: is_scored(assessment), seconds=PATIENCE), worker.said()
    assert CurrentScore.objects.get(pk=assessment.pk).cause == "sweep"
    stands = wait_until(
        lambda: Standing.objects.filter(vendor=vendor).count() == 2, seconds=PATIENCE
    )
    assert stands, worker.said()


def test_a_queue_that_dies_under_the_worker_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    workers = [start_worker()]

    def scored_by_a_worker_that_is_kept_running() -> bool:
        # Celery ends a worker whose queue dies in the very moment in which it takes a message.
        # Whoever runs it starts it again, as the demo and the containers do.
        if workers[-1].process.poll() is not None:
            workers.append(start_worker())
        return is_scored(assessment)

    queue.servers.valkey.kill()
    queue.servers.valkey.wait(timeout=10)
    # Saving works without a queue.
    say(assessment, staff=90)
    queue.restart()
    scored_again = wait_until(scored_by_a_worker_that_is_kept_running, seconds=PATIENCE)
    assert scored_again, "\n".join(worker.said() for worker in workers)
