"""Recorded facts reach the score: one by one, in a run, through a lost queue, and on their day."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.sheet import State
from audit import clock
from scoring.engine import method_file
from scoring.engine.contributions import parts_of
from scoring.models import (
    CurrentScore,
    FactSheet,
    IndicatorValue,
    Methodology,
    Outstanding,
    Run,
    Score,
)
from scoring.selectors import facts as shown
from scoring.selectors.scores import model_of, resolved_of
from scoring.services import facts, methodologies, reassessing
from scoring.services.replay import passes
from tests.factories.assessments import answer_all, make_assessment, submitted
from tests.factories.incidents import make_incident
from tests.factories.methods import in_force, publish
from tests.factories.runs import begin, finish, said
from tests.factories.scoring import catch_up, score, scored
from tests.factories.statements import make_refusal, make_statement
from tests.factories.subcontracts import make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from vendors.services import statements

pytestmark = pytest.mark.django_db

#: Figures of a company that is close to its end.
FAILING: dict[str, Any] = {
    "ebit": "-200",
    "ebitda": "-160",
    "net_income": "-260",
    "retained_earnings": "-400",
    "equity": "20",
    "total_liabilities": "980",
    "current_assets": "150",
    "current_liabilities": "500",
}


def now(assessment: Assessment) -> CurrentScore:
    """The current score as it is stored."""
    return CurrentScore.objects.get(pk=assessment.pk)


def item(assessment: Assessment, key: str) -> dict[str, int]:
    """What the formulas see of an item in the current score."""
    current = now(assessment)
    model = model_of(current)
    at = model.plan.item_keys.index(key)
    resolved = resolved_of(current, model)
    names = ("lo", "pt", "hi", "state", "evidence", "known")
    return {name: int(getattr(resolved, name)[at, 0]) for name in names}


class TestOneByOne:
    def test_what_is_not_recorded_changes_no_score(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        assert item(assessment, "indicator.financial")["state"] == State.HIDDEN

    def test_a_filed_statement_is_an_item_of_the_score(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        before = now(assessment).points
        make_statement(assessment.vendor, **FAILING)
        catch_up()
        found = item(assessment, "indicator.financial")
        assert (found["state"], found["known"]) == (State.ANSWERED, 1)
        assert found["lo"] <= found["pt"] <= found["hi"]
        assert before is not None
        assert (now(assessment).points or 0) > before

    def test_the_parts_of_a_score_with_facts_still_add_up_exactly(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        make_statement(assessment.vendor, **FAILING)
        catch_up()
        current = now(assessment)
        model = model_of(current)
        parts = parts_of(model.plan, resolved_of(current, model))
        assert sum(part.points for part in parts) == current.points
        assert any(part.key == "indicator.financial" and part.points for part in parts)

    def test_a_withdrawn_statement_leaves_the_score_as_it_was(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        digest = bytes(now(assessment).digest)
        statement = make_statement(assessment.vendor, **FAILING)
        catch_up()
        assert bytes(now(assessment).digest) != digest
        statements.withdraw(statement=statement, reason="Wrong company.", by=SYSTEM)
        catch_up()
        assert bytes(now(assessment).digest) == digest

    def test_a_refusal_counts_as_the_worst_and_is_not_covered(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        covered = now(assessment).coverage
        make_refusal(assessment.vendor)
        catch_up()
        assert item(assessment, "indicator.financial")["state"] == State.DECLINED
        assert now(assessment).coverage < covered

    def test_a_score_on_record_keeps_the_facts_it_was_made_from(self, unit: BusinessUnit) -> None:
        assessment = submitted(unit)
        make_statement(assessment.vendor)
        catch_up()
        first = Score.objects.filter(assessment=assessment).latest("pk")
        make_statement(assessment.vendor, 2024)
        statement = assessment.vendor.statements.get(fiscal_year=2025)
        statements.change(statement=statement, version=statement.version, values=FAILING, by=SYSTEM)
        catch_up()
        last = Score.objects.filter(assessment=assessment).latest("pk")
        assert last.pk != first.pk
        moments = [first.computed_at, last.computed_at]
        told = [shown.shown_of(assessment.engagement_id, one)["financial"] for one in moments]
        assert told[0].pt < told[1].pt
        assert not [found for step in passes.everything() for found in step.findings]

    def test_an_indicator_that_says_the_same_adds_no_row(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        make_statement(assessment.vendor)
        catch_up()
        rows = IndicatorValue.objects.count()
        with transaction.atomic():
            assert not facts.refresh([assessment.engagement_id], clock.today())
        assert IndicatorValue.objects.count() == rows

    def test_a_new_assessment_knows_what_was_recorded_before_it(self, unit: BusinessUnit) -> None:
        vendor = make_vendor(unit)
        make_statement(vendor)
        catch_up()
        assessment = make_assessment(unit, engagement=make_engagement(vendor, unit))
        answer_all(assessment)
        score(assessment)
        assert item(assessment, "indicator.financial")["known"]


@pytest.mark.parametrize("worst", [True, False])
@pytest.mark.parametrize("severity", ["minor", "critical"])
def test_recording_an_incident_never_lowers_a_score(
    unit: BusinessUnit, severity: str, worst: bool
) -> None:
    assessment = scored(unit, worst=worst)
    before = now(assessment)
    make_incident(assessment.engagement, status="confirmed", severity=severity)
    catch_up()
    after = now(assessment)
    assert after.residual >= before.residual
    assert after.lo >= before.lo
    assert after.hi >= before.hi


class TestNothingIsLost:
    def test_a_change_of_facts_is_on_the_list_in_its_own_transaction(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        Outstanding.objects.all().delete()
        make_statement(assessment.vendor)
        waiting = Outstanding.objects.filter(subject=Outstanding.Subject.FACTS)
        assert list(waiting.values_list("subject_id", flat=True)) == [assessment.vendor_id]
        catch_up()
        assert not Outstanding.objects.exists()

    def test_who_relies_on_a_vendor_is_assessed_again_with_it(self, unit: BusinessUnit) -> None:
        above, below = scored(unit), scored(unit)
        make_subcontract(above.vendor, below.vendor)
        catch_up()
        found = reassessing.spread(subject=Outstanding.Subject.FACTS, subject_id=below.vendor_id)
        assert set(found) == {above.vendor_id, below.vendor_id}

    def test_one_engagement_whose_facts_cannot_be_read_holds_up_no_other(
        self, unit: BusinessUnit
    ) -> None:
        one, other = scored(unit), scored(unit)
        for each in (one, other):
            make_statement(each.vendor)
        statement = one.vendor.statements.get()
        # As no service would write it: not even a date of the year it is about.
        type(statement).objects.filter(pk=statement.pk).update(scale=0, months=12)
        catch_up()
        assert item(other, "indicator.financial")["known"]


class TestRuns:
    def test_a_run_scores_with_facts_as_scoring_one_by_one_does(self, unit: BusinessUnit) -> None:
        made = [scored(unit), submitted(unit), scored(unit, worst=True)]
        make_statement(made[0].vendor)
        make_statement(made[1].vendor, **FAILING)
        catch_up()
        told = said()
        finish(begin(in_force(), Run.Kind.BY_HAND))
        assert said() == told

    def test_a_run_works_out_what_nobody_has_worked_out_yet(self, unit: BusinessUnit) -> None:
        made = [scored(unit) for _ in range(3)]
        make_statement(made[1].vendor)
        FactSheet.objects.all().delete()
        finish(begin(in_force(), Run.Kind.BY_HAND))
        assert item(made[1], "indicator.financial")["known"]
        assert FactSheet.objects.count() == 3

    def test_packed_facts_that_cannot_be_read_are_named_and_the_rest_goes_on(
        self, unit: BusinessUnit
    ) -> None:
        one, other = scored(unit), scored(unit)
        FactSheet.objects.filter(engagement=one.engagement_id).update(cells=b"SURFnonsense")
        run = finish(begin(in_force(), Run.Kind.BY_HAND))
        assert (sum(piece.failed for piece in run.pieces.all()), run.total) == (1, 2)
        assert now(other).points is not None


class TestTheQuestionsAboutTheSameMatter:
    def test_the_fact_counts_and_the_answer_is_shown_beside_it(self, unit: BusinessUnit) -> None:
        content = dict(in_force().content)
        content["indicators"] = {
            "financial": {**content["indicators"]["financial"], "replaces": ["staff"]}
        }
        publish(_draft(content))
        assessment = scored(unit)
        assert item(assessment, "staff")["state"] == State.ANSWERED
        make_statement(assessment.vendor)
        catch_up()
        assert item(assessment, "staff")["state"] == State.HIDDEN
        current = now(assessment)
        model = model_of(current)
        resolved = resolved_of(current, model)
        (fact,) = shown.beside(assessment, model.plan, resolved, {}, None)
        assert [key for key, _question, _said, _against in fact.answers] == ["staff"]

    def test_a_refusal_stands_in_for_no_answer(self, unit: BusinessUnit) -> None:
        content = dict(in_force().content)
        content["indicators"] = {
            "financial": {**content["indicators"]["financial"], "replaces": ["staff"]}
        }
        publish(_draft(content))
        assessment = scored(unit)
        make_refusal(assessment.vendor)
        catch_up()
        assert item(assessment, "staff")["state"] == State.ANSWERED


def _draft(content: dict[str, Any]) -> Methodology:
    return methodologies.from_file(text=method_file.write(content), by=SYSTEM)
