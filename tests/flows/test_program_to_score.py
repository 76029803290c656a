"""A program opens, answers and submits, and reads the score: the one that the pages' way gives."""

from typing import Any
from uuid import UUID

import pytest

from accounts.models import BusinessUnit
from assessments.models import Answer, Assessment
from config.children import wait_until
from scoring.models import CurrentScore
from tests.api.programs import make_program, read, send
from tests.factories.assessments import (
    answer_all,
    make_assessment,
    make_engagement,
    small_questionnaire,
)
from tests.personas import Person, Program
from tests.workers import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait. The work takes a fraction of a second; a loaded machine may need more.
PATIENCE = 30


def final_score(assessment_id: str | UUID, worker: Worker) -> int:
    """What the worker made of it once it was handed in."""
    row = Assessment.objects.get(pk=assessment_id)
    arrived = wait_until(
        lambda: CurrentScore.objects.filter(
            assessment=row, inputs_version=row.inputs_version, score__isnull=False
        ).exists(),
        seconds=PATIENCE,
    )
    assert arrived, worker.said()
    points = CurrentScore.objects.get(assessment=row).points
    assert points is not None
    return points


def program_scores(erp: Program, assessment_id: str) -> list[dict[str, Any]]:
    """The scores of an assessment as the program reads them."""
    found = erp.browser.get("/api/v1/scores", {"assessment_id": assessment_id})
    items: list[dict[str, Any]] = found.json()["items"]
    return items


def test_a_program_reads_the_score_that_the_pages_would_have_given(
    celery_worker_process: Worker, unit: BusinessUnit, procurement: Person
) -> None:
    questionnaire = small_questionnaire()
    by_hand = make_assessment(unit, questionnaire=questionnaire, by=procurement.principal)
    answer_all(by_hand, by=procurement.principal)
    submitting = procurement.browser.post(f"/assessments/{by_hand.pk}/submit/")
    assert submitting.status_code == 302
    expected = final_score(by_hand.pk, celery_worker_process)

    erp = make_program(unit)
    opened = send(
        erp, "POST", "assessments",
        {"engagement_id": str(make_engagement(unit).pk), "questionnaire": "small"},
        idempotency_key="order-1",
    ).json()  # fmt: skip
    address = f"assessments/{opened['id']}"
    values = {
        row.question_key: {"value": row.value} for row in Answer.objects.filter(assessment=by_hand)
    }
    tag = read(erp, f"{address}/answers").headers["ETag"]
    saved = send(
        erp, "PATCH", f"{address}/answers", {"answers": values}, if_match=tag,
        idempotency_key="order-1-answers",
    )  # fmt: skip
    assert (saved.status_code, saved.json()["missing"]) == (200, [])
    submitted = send(erp, "POST", f"{address}/submit", idempotency_key="order-1-submit")
    assert submitted.json()["status"] == "submitted"

    made = final_score(opened["id"], celery_worker_process)
    assert made == expected
    assert program_scores(erp, opened["id"])[-1]["score"] == f"{made / 1000:.3f}"
    vendor = read(erp, f"vendors/{opened['vendor_id']}/score?status=provisional").json()
    assert vendor["current"]["score"] == f"{made / 1000:.3f}"
