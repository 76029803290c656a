"""Several workers at once: nothing is computed over, nothing waits for ever, no sum is off."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from scoring.models import CurrentScore, Methodology, Score, Standing
from scoring.services import methodologies, scores, standings
from tests.factories.accounts import make_unit
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.scoring import band_sums, catch_up, recount, rolled_up, say, scored
from tests.factories.vendors import make_engagement, make_vendor

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: object) -> list[object]:
    """Run the calls in threads that start together; return, or raise, what they do."""
    start = Barrier(len(calls))

    def run(call: object) -> object:
        try:
            start.wait(timeout=20)
            assert callable(call)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        waiting: list[Future[object]] = [pool.submit(run, call) for call in calls]
        return [one.result(timeout=60) for one in waiting]


def rescore(assessment: Assessment) -> object:
    """What a task does."""
    return scores.rescore_many(assessment_ids=[assessment.pk], cause="assessment.submitted")


def test_two_workers_on_one_assessment_compute_once_and_write_one_row() -> None:
    assessment = scored(make_unit())
    assessments.submit(assessment=assessment, by=SYSTEM)
    done = at_once(lambda: rescore(assessment), lambda: rescore(assessment))
    assert sorted(len(one) for one in done if isinstance(one, frozenset)) == [0, 1]
    assert Score.objects.filter(assessment=assessment).count() == 1


def test_answers_saved_while_a_score_is_made_are_in_the_last_score() -> None:
    assessment = scored(make_unit())

    def saves() -> None:
        for number in range(10, 40):
            say(assessment, staff=number)

    def scoring() -> None:
        for _ in range(30):
            rescore(assessment)

    at_once(saves, scoring, scoring)
    catch_up()
    assessment.refresh_from_db()
    found = CurrentScore.objects.get(assessment=assessment)
    assert found.inputs_version == assessment.inputs_version
    scores.rescore_many(assessment_ids=[assessment.pk], cause="again", force=True)
    assert CurrentScore.objects.get(assessment=assessment).digest == found.digest
    assert rolled_up() == recount()


def test_workers_on_many_vendors_of_one_unit_neither_lock_up_nor_miscount() -> None:
    unit: BusinessUnit = make_unit()
    questionnaire = small_questionnaire()
    made = []
    for _ in range(8):
        vendor = make_vendor(unit)
        for _ in range(2):
            engagement = make_engagement(vendor, unit)
            one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
            answer_all(one)
            made.append(one)
    ids = [one.pk for one in made]
    vendor_ids: list[UUID] = [one.vendor_id for one in made]

    def restand_all() -> None:
        for pk in vendor_ids:
            standings.restand(vendor_id=pk)

    at_once(
        lambda: scores.rescore_many(assessment_ids=ids, cause="all", force=True),
        lambda: scores.rescore_many(assessment_ids=ids[::-1], cause="all", force=True),
        lambda: [rescore(one) for one in made[::-1]],
        restand_all,
    )
    assert rolled_up() == recount()
    assert sum(count for (where, _), count in band_sums().items() if where is None) == 8


def test_two_assessments_of_one_vendor_scored_at_once_both_count() -> None:
    unit = make_unit()
    questionnaire = small_questionnaire()
    vendor = make_vendor(unit)
    pair = []
    for _ in range(2):
        engagement = make_engagement(vendor, unit)
        one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
        answer_all(one)
        pair.append(one)
    catch_up()
    first, second = pair
    for number in range(12):
        # In turn the one and the other is the worst, so that each round moves the standing.
        say(first, staff=20 + number, assigns="no" if number % 2 else "yes")
        say(second, staff=60 - number)
        at_once(lambda: rescore(first), lambda: rescore(second))
        worst = max(CurrentScore.objects.all(), key=lambda row: row.points or 0)
        for row in Standing.objects.filter(vendor=vendor, valid_to__isnull=True):
            assert (row.points, row.driver) == (worst.points, worst.pk)
        assert rolled_up() == recount()


def test_vendors_that_change_places_at_once_do_not_wait_for_each_other_for_ever() -> None:
    unit = make_unit()
    questionnaire = small_questionnaire()
    groups: list[list[Assessment]] = [
        [scored(unit, questionnaire, worst=worst) for _ in range(3)] for worst in (False, True)
    ]
    catch_up()
    for number in range(10):
        for at, group in enumerate(groups):
            for one in group:
                say(one, assigns="yes" if (number + at) % 2 else "no")
        # One group leaves the band that the other enters: the same sums, from both ends.
        at_once(*[partial(rescore_all, group) for group in groups])
        assert rolled_up() == recount()
    assert sum(count for (where, _), count in band_sums().items() if where == unit.pk) == 6


def rescore_all(group: list[Assessment]) -> object:
    """What a task of a bulk run does."""
    return scores.rescore_many(assessment_ids=[one.pk for one in group], cause="a run")


def test_the_first_methodology_is_published_once_however_many_ask() -> None:
    found = at_once(*[methodologies.published] * 6)
    assert len({one.pk for one in found if isinstance(one, Methodology)}) == 1
    assert Methodology.objects.count() == 1
