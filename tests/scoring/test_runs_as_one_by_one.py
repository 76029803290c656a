"""After any work on a portfolio a run writes what scoring one by one would: history and all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, review
from assessments.sheet import EvidenceLevel
from audit import clock
from audit.errors import Refused
from scoring.models import Methodology, Run, Score
from scoring.services import scores
from scoring.services.replay import passes
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.methods import in_force, make_draft, publish
from tests.factories.runs import said, whole
from tests.factories.scoring import catch_up, recount, rolled_up, say
from tests.factories.vendors import MILD_INTAKE, WORST_INTAKE, make_engagement, make_vendor
from tests.personas import Person
from vendors.services import engagements

pytestmark = pytest.mark.django_db

START = datetime(2026, 2, 3, 9, tzinfo=UTC)


class Office:
    """People at work on a few vendors, as chance has it."""

    def __init__(self, unit: BusinessUnit, legal: Person, seed: int) -> None:
        self.chance = Random(seed)
        self.now = START
        self._legal = legal.principal
        questionnaire = small_questionnaire()
        self.made = []
        for vendor in [make_vendor(unit) for _ in range(3)]:
            for intake in self.chance.sample([MILD_INTAKE, WORST_INTAKE], 2):
                engagement = make_engagement(vendor, unit, intake=intake)
                one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
                answer_all(one)
                self.made.append(one)

    def work(self, steps: int) -> None:
        """Some steps, most of them scored at once."""
        acts: list[Callable[[Assessment], object]] = [
            self._answer, self._answer, self._hand_in, self._review, self._review, self._decide,
            self._change, self._wait,
        ]  # fmt: skip
        for _ in range(steps):
            one = Assessment.objects.get(pk=self.chance.choice(self.made).pk)
            with clock.at(self.now):
                try:
                    with transaction.atomic():
                        self.chance.choice(acts)(one)
                except Refused:
                    continue
                if self.chance.random() < 0.7:
                    catch_up()

    def _answer(self, one: Assessment) -> None:
        pick = self.chance.choice
        say(
            one,
            staff=self.chance.randrange(100),
            discloses=pick(["never", "yearly"]),
            assigns=pick(["yes", "no", "yes"]),
        )

    def _hand_in(self, one: Assessment) -> None:
        assessments.submit(assessment=one, by=SYSTEM)

    def _review(self, one: Assessment) -> None:
        if one.status == Assessment.Status.SUBMITTED:
            assessments.take(assessment=one, by=self._legal)
        review.review_answer(
            assessment=one,
            question_key=self.chance.choice(["discloses", "staff", "assigns"]),
            verdict="accepted",
            evidence=self.chance.choice([EvidenceLevel.DOCUMENT, EvidenceLevel.SELF_DECLARED]),
            evidence_until=self.now.date() + timedelta(days=self.chance.randrange(1, 60)),
            by=self._legal,
        )

    def _decide(self, one: Assessment) -> None:
        if self.chance.random() < 0.7:
            assessments.sign_off(assessment=one, by=self._legal)
        else:
            assessments.cancel(assessment=one, reason="Ordered elsewhere", by=SYSTEM)

    def _change(self, one: Assessment) -> None:
        engagement = one.engagement
        engagements.change(
            engagement=engagement,
            version=engagement.version,
            values={"intake": self.chance.choice([MILD_INTAKE, WORST_INTAKE, {}])},
            by=SYSTEM,
        )

    def _wait(self, _one: Assessment) -> None:
        self.now += timedelta(days=self.chance.randrange(1, 200))
        with clock.at(self.now):
            scores.rescore_many(assessment_ids=scores.due(limit=100), cause=scores.AGEING)


def written() -> Any:
    """What scores, ratings, sums and history say, but for the ids of new scores."""
    rows = Score.objects.order_by("assessment", "pk")
    return (
        said(),
        rolled_up(),
        [
            (one.assessment_id, one.cause, one.points, one.band, one.status, one.as_of,
             bytes(one.digest), one.packed_figures, one.packed_inputs)
            for one in rows
        ],
    )  # fmt: skip


def tried(call: Callable[[], object]) -> Any:
    """What is written by a call that is then taken back."""
    with transaction.atomic():
        call()
        found = written()
        assert rolled_up() == recount()
        assert not [one for step in passes.everything() for one in step.findings]
        transaction.set_rollback(True)
    return found


def same(row: Methodology, kind: str, ids: list[UUID], cause: str, *, force: bool = False) -> bool:
    """Whether a run writes what scoring these one by one writes."""

    def one_by_one() -> None:
        for pk in ids:
            scores.rescore_many(assessment_ids=[pk], cause=cause, force=force)

    return bool(tried(one_by_one) == tried(lambda: whole(row, kind)))


@pytest.mark.parametrize("seed", range(8))
def test_a_run_writes_what_scoring_one_by_one_writes(
    unit: BusinessUnit, legal: Person, seed: int
) -> None:
    with clock.at(START):
        office = Office(unit, legal, seed)
    office.work(40)
    with clock.at(office.now + timedelta(days=seed * 9)):
        catch_up()
        open_ = Assessment.objects.exclude(status=Assessment.Status.CLOSED)
        ids = list(open_.order_by("vendor").values_list("pk", flat=True))
        assert same(in_force(), Run.Kind.AGEING, scores.due(limit=100), scores.AGEING)
        _change_some(office)
        assert same(in_force(), Run.Kind.BY_HAND, ids, "rescore", force=True)
        row = publish(make_draft(kappa=0.8))
        assert same(row, Run.Kind.PUBLICATION, ids, "methodology.published")


def _change_some(office: Office) -> None:
    """Answers that wait to be scored."""
    for one in office.made:
        one.refresh_from_db()
        if one.status == Assessment.Status.DRAFT and office.chance.random() < 0.5:
            say(one, staff=office.chance.randrange(100))
