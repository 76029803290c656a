"""Whatever dies, a run over the portfolio comes to its end, and scores nothing twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from config.children import wait_until
from scoring.models import CurrentScore, Run, RunPiece, Score
from scoring.services import runs, standings
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.assessments import small_questionnaire
from tests.factories.runs import another_method, one_block, pieces
from tests.factories.scoring import catch_up, recount, rolled_up, scored
from tests.flows.dying import Queue, kill_whole, waiting_for_a_lock

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: five times what the sweep needs.
PATIENCE = 30


def handed_in(count: int, queue: Queue) -> list[Assessment]:
    """Submitted assessments of as many vendors, in the order of these; nothing is queued."""
    unit, questionnaire = make_unit(), small_questionnaire()
    made = [scored(unit, questionnaire) for _ in range(count)]
    for one in made:
        assessments.submit(assessment=one, by=SYSTEM)
    catch_up()
    queue.empty()
    return sorted(made, key=lambda one: one.vendor_id)


def started() -> Run:
    """A run that a publication has asked for."""
    row = another_method()
    return runs.start(
        kind=Run.Kind.PUBLICATION, methodology=row, content_hash=row.content_hash, by=SYSTEM
    )


def long_untouched() -> None:
    """As if the pieces had been left alone for longer than anybody waits."""
    RunPiece.objects.update(touched_at=Now() - 2 * runs.PATIENCE - timedelta(seconds=1))


def is_done(run: Run) -> bool:
    """Whether it has come to its end."""
    run.refresh_from_db()
    return run.status == Run.Status.DONE


def check(run: Run, made: list[Assessment]) -> None:
    """Everything is scored by the run's method, once."""
    by_run = CurrentScore.objects.filter(model__methodology=run.methodology_id)
    assert set(by_run.values_list("pk", flat=True)) == {one.pk for one in made}
    assert Score.objects.filter(cause="methodology.published").count() == len(made)
    assert sum(piece.done for piece in pieces(run)) == run.total == len(made)
    assert rolled_up() == recount()


def test_a_worker_killed_in_the_middle_of_a_piece_is_taken_over(
    queue: Queue, beat: None, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = handed_in(6, queue)
    run = started()
    runs.cut(run.pk)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "BLOCK", 2)
        one_block(run)
    with transaction.atomic():
        # The worker's block is as good as done: only the last vendor is missing.
        standings.lock([made[-1].vendor_id])
        worker = start_worker()
        assert wait_until(waiting_for_a_lock, seconds=PATIENCE), worker.said()
        kill_whole(worker)
    (piece,) = pieces(run)
    assert (piece.done, piece.finished) == (2, False)
    assert Score.objects.filter(cause="methodology.published").count() == 2
    long_untouched()
    again = start_worker()
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), again.said()
    check(run, made)


def test_an_emptied_queue_holds_up_no_run(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    made = handed_in(3, queue)
    run = started()
    # Lost before it was cut, and once more when the pieces were queued.
    queue.empty()
    runs.nudge()
    queue.empty()
    assert [piece.done for piece in pieces(run)] == [0]
    long_untouched()
    worker = start_worker()
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), worker.said()
    check(run, made)


def test_publishing_alone_sets_the_workers_going(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    made = handed_in(3, queue)
    worker = start_worker()
    run = started()
    assert wait_until(lambda: is_done(run), seconds=PATIENCE), worker.said()
    check(run, made)
