"""Several workers at once: nothing is computed over, nothing waits for ever, no sum is off."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from scoring.models import CurrentScore, Methodology, Score
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


def test_the_first_methodology_is_published_once_however_many_ask() -> None:
    found = at_once(*[methodologies.published] * 6)
    assert len({one.pk for one in found if isinstance(one, Methodology)}) == 1
    assert Methodology.objects.count() == 1
