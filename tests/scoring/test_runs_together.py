"""Runs while people work: nothing newer is overwritten, nobody waits for more than a block."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event as Signal
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from config.children import wait_until
from scoring.models import CurrentScore, Run, RunPiece, Score
from scoring.services import runs, scores, standings
from tests.factories.accounts import make_unit
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.methods import in_force
from tests.factories.runs import another_method, begin, pieces, said
from tests.factories.scoring import catch_up, recount, rolled_up, say, scored
from tests.factories.vendors import make_engagement, make_vendor

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")
#: Bound of each wait, in seconds.
PATIENCE = 30


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two assessments to a block, four to a piece."""
    monkeypatch.setattr(runs, "BLOCK", 2)
    monkeypatch.setattr(runs, "PIECE", 4)


def vendors(count: int) -> list[Assessment]:
    """An answered draft each."""
    unit, questionnaire = make_unit(), small_questionnaire()
    made = [scored(unit, questionnaire) for _ in range(count)]
    catch_up()
    return sorted(made, key=lambda one: one.vendor_id)


def pairs(count: int) -> list[Assessment]:
    """Two answered drafts at each of some vendors."""
    unit, questionnaire = make_unit(), small_questionnaire()
    made = []
    for vendor in [make_vendor(unit) for _ in range(count)]:
        for _ in range(2):
            engagement = make_engagement(vendor, unit)
            made.append(make_assessment(unit, engagement=engagement, questionnaire=questionnaire))
            answer_all(made[-1])
    catch_up()
    return made


def up_to_date(made: list[Assessment]) -> bool:
    """Whether the scores have taken in the latest inputs."""
    versions = Assessment.objects.filter(pk__in=[one.pk for one in made])
    scored_ = CurrentScore.objects.filter(pk__in=[one.pk for one in made])
    return dict(versions.values_list("pk", "inputs_version")) == dict(
        scored_.values_list("pk", "inputs_version")
    )


def closing(call: Callable[[], T]) -> T:
    """Call in a thread, and leave no connection behind."""
    try:
        return call()
    finally:
        connection.close()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads; return, or raise, what they do."""
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return [
            one.result(timeout=2 * PATIENCE)
            for one in [pool.submit(closing, call) for call in calls]
        ]


def elsewhere(call: Callable[[], T]) -> T:
    """Call on a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing, call).result(timeout=PATIENCE)


def waits_for_a_lock(many: int = 1) -> bool:
    """Whether so many connections stand before a lock."""
    with connection.cursor() as cursor:
        # Within a transaction the list of connections would stay what it was at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks w JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT w.granted AND w.locktype <> 'advisory' AND a.datname = current_database()"
        )
        found: int = cursor.fetchone()[0]
        return found >= many


def rescore(one: Assessment) -> None:
    """What the task of a saved answer does."""
    scores.rescore_many(assessment_ids=[one.pk], cause="assessment.answers_saved")


def test_what_people_save_during_a_run_is_never_overwritten_by_an_older_result() -> None:
    made = pairs(3)
    over = Signal()
    seen: dict[Any, int] = {}

    def going_on() -> None:
        for _ in range(6):
            run = begin(in_force(), Run.Kind.BY_HAND)
            for piece in pieces(run):
                runs.go_through(piece.pk)
        over.set()

    def people(mine: list[Assessment]) -> None:
        number = 0
        while not over.is_set():
            number += 1
            for one in mine:
                say(one, staff=number % 90, discloses=("never", "at_once")[number % 2])
                if number % 3:
                    rescore(one)

    def watching() -> None:
        while not over.is_set():
            for pk, version in CurrentScore.objects.values_list("pk", "inputs_version"):
                assert version >= seen.get(pk, 0)
                seen[pk] = version

    at_once(going_on, lambda: people(made[::2]), lambda: people(made[1::2]), watching)
    assert len(seen) == len(made)
    catch_up()
    after = said()
    assert up_to_date(made)
    scores.rescore_many(assessment_ids=[one.pk for one in made], cause="again", force=True)
    assert said() == after
    assert rolled_up() == recount()


def test_who_scores_a_vendor_waits_only_for_the_block_it_is_in() -> None:
    made = vendors(4)
    run = begin(another_method())
    (piece,) = pieces(run)
    say(made[0], staff=80)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # The block of the first two gets as far as the lock of the second.
            standings.lock([made[1].vendor_id])
            going = pool.submit(closing, lambda: runs.go_through(piece.pk))
            assert wait_until(waits_for_a_lock, seconds=PATIENCE)
            # Another block is free, and saving is no scoring: nobody waits for that.
            elsewhere(lambda: say(made[3], staff=80))
            elsewhere(lambda: rescore(made[3]))
            elsewhere(lambda: say(made[1], staff=81))
            waiting = pool.submit(closing, lambda: rescore(made[0]))
            assert wait_until(lambda: waits_for_a_lock(2), seconds=PATIENCE)
            assert not waiting.done()
        waiting.result(timeout=PATIENCE)
        going.result(timeout=PATIENCE)
    catch_up()
    assert up_to_date(made)
    assert rolled_up() == recount()


def test_a_run_waits_for_who_scores_a_vendor_of_its_block() -> None:
    made = vendors(2)
    method = another_method()
    run = begin(method)
    (piece,) = pieces(run)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            standings.lock([made[1].vendor_id])
            going = pool.submit(closing, lambda: runs.go_through(piece.pk))
            assert wait_until(waits_for_a_lock, seconds=PATIENCE)
            assert not going.done()
        going.result(timeout=PATIENCE)
    assert CurrentScore.objects.filter(model__methodology=method).count() == 2


def test_cancelling_waits_for_nobody_and_ends_the_run_after_the_block_in_hand() -> None:
    made = vendors(4)
    run = begin(another_method())
    (piece,) = pieces(run)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            standings.lock([made[0].vendor_id])
            going = pool.submit(closing, lambda: runs.go_through(piece.pk))
            assert wait_until(waits_for_a_lock, seconds=PATIENCE)
            cancelled = elsewhere(lambda: runs.cancel(run=run, by=SYSTEM))
            assert cancelled.status == Run.Status.CANCELLED
        going.result(timeout=PATIENCE)
    by_run = CurrentScore.objects.filter(model__methodology=run.methodology_id)
    assert set(by_run.values_list("pk", flat=True)) == {one.pk for one in made[:2]}
    piece.refresh_from_db()
    assert (piece.position, piece.finished) == (made[1].vendor_id, False)


def test_two_workers_on_one_piece_score_it_once() -> None:
    made = vendors(4)
    for one in made:
        assessments.submit(assessment=one, by=SYSTEM)
    catch_up()
    for _ in range(5):
        run = begin(another_method())
        rows = Score.objects.count()
        calls = [partial(runs.go_through, piece.pk) for piece in pieces(run) for _ in range(3)]
        at_once(*calls)
        run.refresh_from_db()
        assert run.status == Run.Status.DONE
        assert sum(piece.done for piece in pieces(run)) == run.total
        assert Score.objects.count() == rows + len(made)


def test_runs_of_two_kinds_at_once_neither_lock_up_nor_miscount() -> None:
    made = vendors(6)
    for _ in range(4):
        method = another_method()
        both = [begin(method), begin(method, Run.Kind.BY_HAND)]
        at_once(
            *[partial(runs.go_through, piece.pk) for run in both for piece in pieces(run)],
            *[partial(rescore, one) for one in reversed(made)],
            runs.nudge,
        )
        runs.nudge()
        for run in both:
            run.refresh_from_db()
            assert run.status == Run.Status.DONE
        assert CurrentScore.objects.filter(model__methodology=method).count() == len(made)
        assert rolled_up() == recount()


def test_scoring_by_hand_waits_for_the_worker_that_has_a_share_of_it() -> None:
    made = vendors(4)
    row = in_force()
    run = begin(row, Run.Kind.BY_HAND)
    assert run.total == len(made)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            standings.lock([made[0].vendor_id])
            first = pool.submit(closing, runs.by_hand)
            assert wait_until(waits_for_a_lock, seconds=PATIENCE)
            piece = elsewhere(lambda: RunPiece.objects.exclude(run=run.pk).get())
            # A second one finds the piece taken and leaves it.
            elsewhere(lambda: runs.go_through(piece.pk))
            assert not first.done()
        assert first.result(timeout=PATIENCE).done == len(made)
