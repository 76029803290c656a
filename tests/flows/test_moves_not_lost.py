"""Whatever dies, moving all assessments of a version over comes to its end, each moved once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from accounts.principal import SYSTEM
from assessments.models import Assessment, Move, MoveRun
from assessments.services import move_runs
from config.children import wait_until
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.drafts import second_version, states
from tests.flows.dying import Queue, kill_whole, waiting_for_a_lock

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: five times what the sweep needs.
PATIENCE = 30


def begun(count: int) -> tuple[MoveRun, list[Assessment]]:
    """A run over as many answered assessments, in the order of moving."""
    unit = make_unit()
    made = [make_assessment(unit) for _ in range(count)]
    for one in made:
        answer_all(one)
    run = move_runs.start(
        source=small_questionnaire(), target=second_version(), confirm_wording=True, by=SYSTEM
    )
    return run, sorted(made, key=lambda one: one.pk)


def long_untouched() -> None:
    """As if the runs had been left alone for longer than anybody waits."""
    MoveRun.objects.update(touched_at=Now() - 2 * move_runs.PATIENCE - timedelta(seconds=1))


def is_done(run: MoveRun) -> bool:
    """Whether it has come to its end."""
    run.refresh_from_db()
    return run.status == MoveRun.Status.DONE


def check(run: MoveRun, made: list[Assessment]) -> None:
    """Each is on the new version, and was moved once."""
    assert states(run) == {"waiting": 0, "moved": len(made), "left": 0}
    assert Move.objects.filter(run=run).count() == len(made)
    assert set(Assessment.objects.values_list("questionnaire", flat=True)) == {run.target_id}


def test_starting_alone_sets_the_workers_going(start_worker: StartWorker) -> None:
    worker = start_worker()
    run, made = begun(3)
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), worker.said()
    check(run, made)


def test_a_worker_killed_in_the_middle_of_a_move_is_taken_over(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    run, made = begun(3)
    with transaction.atomic():
        # The first is moved; before the second one the worker has to wait, and is killed there.
        Assessment.objects.select_for_update().get(pk=made[1].pk)
        worker = start_worker()
        assert wait_until(waiting_for_a_lock, seconds=PATIENCE), worker.said()
        kill_whole(worker)
    assert states(run) == {"waiting": 2, "moved": 1, "left": 0}
    long_untouched()
    again = start_worker()
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), again.said()
    check(run, made)


def test_an_emptied_queue_holds_up_no_move(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    run, made = begun(3)
    queue.empty()
    long_untouched()
    worker = start_worker()
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), worker.said()
    check(run, made)
