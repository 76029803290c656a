"""The whole pipe, on real servers: an answer is saved, and everything that follows from it.

answer saved -> event in the same transaction -> outbox -> Celery worker -> score -> event
-> the vendor's standing -> the sums that the dashboard shows

… and on to others: -> sealed -> a message for each endpoint -> signed and sent -> verified there
"""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.selectors.assessments import schema_of
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from audit.models import Dispatched, Event
from config.children import wait_until
from scoring.models import CurrentScore, DayDelta, Outstanding, Score, Standing
from scoring.selectors import scorecard, standings
from scoring.selectors.portfolio import Portfolio, bands
from scoring.selectors.scores import model_of
from tests.conftest import StartWorker
from tests.factories.accounts import make_api_client, make_unit
from tests.factories.assessments import answer_all, good_value
from tests.factories.vendors import make_engagement, make_vendor
from tests.factories.webhooks import add_endpoint
from tests.flows.dying import Queue
from tests.receiver import receiving
from tests.workers import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait. The work takes a fraction of a second; a loaded machine may need more.
PATIENCE = 30


def test_a_saved_answer_reaches_score_record_standing_and_dashboard_by_itself(
    celery_worker_process: Worker,
) -> None:
    # A unit engages a vendor and opens the built-in questionnaire.
    unit: BusinessUnit = make_unit("Machine tools")
    vendor = make_vendor(unit, name="Minh Long Precision")
    engagement = make_engagement(vendor, unit)
    assessment = assessments.open_assessment(
        engagement=engagement, questionnaire=builtin(), by=SYSTEM
    )
    arrives = wait_until(
        lambda: CurrentScore.objects.filter(assessment=assessment).exists(), seconds=PATIENCE
    )
    assert arrives, celery_worker_process.said()
    assert Standing.objects.filter(vendor=vendor, band="not_rated").count() == 2

    # All questions are answered: nobody asks for a score, and it is there.
    answer_all(assessment)
    assessment.refresh_from_db()
    rated = wait_until(
        lambda: CurrentScore.objects.filter(
            assessment=assessment,
            inputs_version=assessment.inputs_version,
            points__isnull=False,
        ).exists(),
        seconds=PATIENCE,
    )
    assert rated, celery_worker_process.said()
    good = CurrentScore.objects.select_related("score").get(assessment=assessment)

    # One answer gets worse. It and its event are one transaction …
    asked, keys = schema_of(assessment).by_key, model_of(good).plan.item_keys
    largest = [keys[item] for item, gate, _points, _answer in good.said.contributions if not gate]
    # What is recorded of the vendor contributes too, and is no question.
    key = next(one for one in largest if one in asked)
    question = asked[key].question
    bad = max(question.choices, key=lambda option: option.risk).key
    assert bad != good_value(question)
    answers.save(assessment=assessment, values={question.key: AnswerInput(bad)}, by=SYSTEM)
    saved = Event.objects.filter(aggregate_id=assessment.pk, type="assessment.answers_saved").last()
    assert saved is not None
    assert Dispatched.objects.filter(event=saved).exists()

    # … the worker scores it, and puts the change on the record …
    assessment.refresh_from_db()
    worse = wait_until(
        lambda: CurrentScore.objects.filter(
            assessment=assessment, inputs_version=assessment.inputs_version
        ).exists(),
        seconds=PATIENCE,
    )
    assert worse, celery_worker_process.said()
    now = CurrentScore.objects.get(assessment=assessment)
    assert now.points is not None
    assert good.points is not None
    assert now.points > good.points
    changed = Event.objects.filter(aggregate_id=assessment.pk, type="score.changed").last()
    assert changed is not None
    assert changed.data["points"] == now.points
    assert changed.data["previous_points"] == good.points
    assert changed.data["cause"] == "assessment.answers_saved"

    # … and the vendor's standing, in its unit and over all units, went along with it.
    for row in Standing.objects.filter(vendor=vendor, valid_to__isnull=True):
        assert (row.points, row.band, row.driver) == (now.points, now.band, assessment.pk)
    shown = bands(Portfolio(SYSTEM))
    assert {tile.band: tile.vendors for tile in shown if tile.vendors} == {now.band: 1}
    assert [row.vendor_id for row in standings(SYSTEM, unit).rows] == [vendor.pk]
    running = DayDelta.objects.filter(unit=unit, band=now.band).values_list("delta", flat=True)
    assert sum(running) == 1

    # A draft leaves no history. Handed in, its score stands.
    assert not Score.objects.exists()
    assessments.submit(assessment=assessment, by=SYSTEM)
    stands = wait_until(
        lambda: Score.objects.filter(assessment=assessment).exists(), seconds=PATIENCE
    )
    assert stands, celery_worker_process.said()
    card = scorecard(assessment, SYSTEM)
    assert card is not None
    assert card.total == Score.objects.get().points
    assert card.total == card.base + sum(part.points for part in card.parts) + card.uplift

    # Nothing is left to do, and the sweep had nothing to find.
    assert wait_until(lambda: not Outstanding.objects.exists(), seconds=PATIENCE)
    assert "sweep" not in set(CurrentScore.objects.values_list("cause", flat=True))


def test_a_saved_answer_reaches_the_receiver_of_another_system_signed(
    queue: Queue, beat: None, start_worker: StartWorker, start_senders: StartWorker
) -> None:
    # An ERP is told of scores and decisions of one unit, at an address of its own.
    unit = make_unit()
    vendor = make_vendor(unit)
    assessment = assessments.open_assessment(
        engagement=make_engagement(vendor, unit), questionnaire=builtin(), by=SYSTEM
    )
    scorer, sender = start_worker(), start_senders()
    with receiving() as receiver:
        new = add_endpoint(
            make_api_client(unit), receiver.url, ["score.changed", "assessment.submitted"]
        )

        # Somebody answers, and hands in.
        answer_all(assessment)
        assessment.refresh_from_db()
        assessments.submit(assessment=assessment, by=SYSTEM)

        # The receiver hears of it, can prove who says so, and reads the score that stands.
        def told() -> list[dict[str, Any]]:
            return [one.verified_by(new.secret) for one in list(receiver.received)]

        def stands() -> bool:
            stored = Score.objects.filter(assessment=assessment).values_list("pk", "points")
            scores = {str(pk): points for pk, points in stored}
            said = [one["data"]["details"] for one in told() if one["type"] == "score.changed"]
            return any(
                one["score_id"] in scores
                and Decimal(one["score"]) * 1000 == scores[one["score_id"]]
                for one in said
            )

        assert wait_until(stands, seconds=PATIENCE), scorer.said() + sender.said()
        assert {one["type"] for one in told()} == {"score.changed", "assessment.submitted"}
        for received, payload in zip(receiver.received, told(), strict=True):
            assert payload["data"]["id"] == received.message_id
            assert payload["data"]["vendor_id"] == str(vendor.pk)
            assert payload["data"]["subject"] == {"kind": "assessment", "id": str(assessment.pk)}
