"""`manage.py replay` computes stored scores again, and tells what is not as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Answer, Assessment
from assessments.services import assessments, review
from assessments.sheet import EvidenceLevel
from audit import clock
from scoring.models import CurrentScore, Methodology, Score, ScoringModel
from scoring.services import scores
from scoring.services.replay import passes
from scoring.services.replay.findings import Finding, Problem
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire, submitted
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import catch_up, say, score, scored
from tests.factories.vendors import WORST_INTAKE, make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement

pytestmark = pytest.mark.django_db


def replay(*arguments: str) -> tuple[int, str]:
    """The exit code and what the command says."""
    out = StringIO()
    try:
        call_command("replay", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def findings() -> list[Finding]:
    """What a replay of everything finds."""
    return [found for step in passes.everything() for found in step.findings]


@contextmanager
def unguarded(*tables: str) -> Iterator[None]:
    """Do what only a database administrator can: with the triggers switched off."""
    with connection.cursor() as cursor:
        # What is deferred until the end of the transaction cannot wait for that.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper(stored: Score, **values: Any) -> None:
    """Change a score that stands."""
    with unguarded("scoring_score"):
        assert Score.objects.filter(pk=stored.pk).update(**values) == 1


def stands(unit: BusinessUnit, **said: Any) -> Score:
    """A score that stands, made from good answers but for those given."""
    assessment = make_assessment(unit)
    answer_all(assessment)
    if said:
        say(assessment, **said)
    assessments.submit(assessment=assessment, by=SYSTEM)
    score(assessment)
    return Score.objects.get(assessment=assessment)


def history(unit: BusinessUnit, legal: Person) -> None:
    """Drafts, handed in, returned, reviewed, aged, signed off, closed; knock-outs; two methods."""
    questionnaire = small_questionnaire()
    make_assessment(unit, questionnaire=questionnaire)
    scored(unit, questionnaire, worst=True)
    with clock.at(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        aged = submitted(unit)
        assessments.take(assessment=aged, by=legal.principal)
        review.review_answer(
            assessment=aged,
            question_key="discloses",
            verdict="accepted",
            evidence=EvidenceLevel.DOCUMENT,
            evidence_until=date(2026, 5, 20),
            by=legal.principal,
        )
        score(aged)
    with clock.at(datetime(2026, 5, 21, 1, tzinfo=UTC)):
        scores.rescore_many(assessment_ids=[aged.pk], cause=scores.AGEING)
    stands(unit, assigns="no", discloses="never")
    vendor = make_vendor(unit)
    for intake in (WORST_INTAKE, {}):
        engagement = make_engagement(vendor, unit, intake=intake)
        one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
        answer_all(one)
        assessments.submit(assessment=one, by=SYSTEM)
        score(one)
        assessments.take(assessment=one, by=legal.principal)
        assessments.sign_off(assessment=one, by=legal.principal)
    cancelled = submitted(unit)
    score(cancelled)
    assessments.cancel(assessment=cancelled, reason="Ordered elsewhere", by=SYSTEM)
    catch_up()
    publish(make_draft(kappa=0.8, p=2))
    for pk in Assessment.objects.values_list("pk", flat=True):
        scores.rescore(assessment_id=pk, cause="methodology.published")
    catch_up()


class TestAgreement:
    def test_every_score_of_a_long_history_agrees(self, unit: BusinessUnit, legal: Person) -> None:
        history(unit, legal)
        many = Score.objects.count() + CurrentScore.objects.filter(figures__isnull=False).count()
        assert Score.objects.values("model__methodology").distinct().count() == 2
        assert Score.objects.filter(cause=scores.AGEING).exists()
        code, said = replay("--all")
        assert (code, said.splitlines()[-1].split(" (")[0]) == (0, f"{many} scores computed again")
        assert "all agree to the milli-point" in said

    def test_a_sample_also_gathers_the_inputs_of_current_scores_anew(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        history(unit, legal)
        current = CurrentScore.objects.filter(score__isnull=False, figures__isnull=True)
        open_ = current.exclude(assessment__status=Assessment.Status.CLOSED).count()
        code, said = replay("--sample", "1000")
        assert code == 0, said
        assert f"inputs of {open_} gathered anew" in said

    def test_one_score_by_its_id(self, unit: BusinessUnit) -> None:
        code, said = replay(str(stands(unit).pk))
        assert code == 0
        assert said.startswith("1 scores computed again, inputs of 1 gathered anew")

    def test_pages_are_read_to_their_end(
        self, unit: BusinessUnit, legal: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        history(unit, legal)
        whole = sum(step.scores for step in passes.everything())
        monkeypatch.setattr("scoring.services.replay.stored.PAGE", 2)
        assert sum(step.scores for step in passes.everything()) == whole == passes.total()

    @pytest.mark.parametrize("named", ["no-id", "00000000-0000-7000-8000-000000000000"])
    def test_an_id_without_a_score_is_refused(self, named: str) -> None:
        with pytest.raises(CommandError):
            call_command("replay", named)

    def test_a_terminal_sees_how_far_it_is(self, unit: BusinessUnit) -> None:
        class Terminal(StringIO):
            def isatty(self) -> bool:
                return True

        stands(unit)
        seen = Terminal()
        call_command("replay", "--all", stdout=StringIO(), stderr=seen)
        assert "1 of 1 scores, " in seen.getvalue()
        assert "/s" in seen.getvalue()

    def test_nothing_stored_is_nothing_wrong(self) -> None:
        assert replay("--all")[0] == 0


class TestTampering:
    @pytest.mark.parametrize(
        ("column", "value", "line"),
        [
            ("points", 1, "points: stored 0.001, now "),
            ("lo", 77, "lo: stored 0.077, now "),
            ("hi", 99_999, "hi: stored 99.999, now "),
            ("band", "critical", "band: stored critical, now "),
            ("status", "final", "status: stored final, now provisional"),
            ("digest", bytes(32), f"digest: stored {bytes(32).hex()}, now "),
        ],
    )
    def test_a_column_that_was_changed_is_named_with_both_values(
        self, unit: BusinessUnit, column: str, value: Any, line: str
    ) -> None:
        stored, other = stands(unit), stands(unit)
        tamper(stored, **{column: value})
        code, said = replay("--all")
        assert code == 1
        assert f"score {stored.pk} differs" in said
        assert f"  {line}" in said
        assert str(other.pk) not in said

    def test_changed_figures_are_named_one_by_one(self, unit: BusinessUnit) -> None:
        stored = stands(unit, discloses="never")
        packed = bytearray(stored.packed_figures)
        packed[4] ^= 1  # the lowest byte of the score before knock-outs
        packed[22] += 1  # answers without full proof
        tamper(stored, figures=bytes(packed))
        (found,) = findings()
        assert found.problem is Problem.DIFFERS
        assert [one.what for one in found.differences] == [
            "before knock-outs",
            "answers without full proof",
        ]

    @pytest.mark.parametrize(
        ("offset", "what"),
        [(28, "dimension "), (91, "contribution 1"), (141, "contribution 1"), (171, "base")],
    )
    def test_dimensions_and_contributions_are_figures_too(
        self, unit: BusinessUnit, offset: int, what: str
    ) -> None:
        stored = stands(unit, discloses="never", assigns="no")
        packed = bytearray(stored.packed_figures)
        packed[offset] ^= 1
        tamper(stored, figures=bytes(packed))
        (found,) = findings()
        assert found.differences[0].what.startswith(what)

    def test_a_knock_out_taken_out_of_the_figures_is_missed(self, unit: BusinessUnit) -> None:
        stored = stands(unit, assigns="no")
        packed = bytearray(stored.packed_figures)
        packed[1] = packed[-1] = 0
        tamper(stored, figures=bytes(packed))
        (found,) = findings()
        said = {one.what: (one.stored, one.found) for one in found.differences}
        assert said == {"blocked": ("no", "yes"), "knock-outs": ("", "assigns")}

    def test_figures_that_cannot_be_read_are_a_difference(self, unit: BusinessUnit) -> None:
        tamper(stands(unit), figures=b"none")
        (found,) = findings()
        assert found.problem is Problem.DIFFERS
        assert found.differences[0].stored.startswith("cannot be read")

    def test_other_inputs_give_another_score_and_another_digest(self, unit: BusinessUnit) -> None:
        good, bad = stands(unit), stands(unit, discloses="never")
        tamper(good, inputs=bad.packed_inputs)
        (found,) = findings()
        assert {"points", "digest", "contribution 1"} <= {one.what for one in found.differences}

    def test_inputs_that_cannot_be_read_are_told_from_the_others(self, unit: BusinessUnit) -> None:
        made = [stands(unit) for _ in range(5)]
        tamper(made[1], inputs=made[1].packed_inputs[:-1])
        tamper(made[3], inputs=b"nothing")
        found = findings()
        assert {one.subject for one in found} == {f"score {made[1].pk}", f"score {made[3].pk}"}
        assert {one.problem for one in found} == {Problem.UNREADABLE}
        assert replay("--all")[1].splitlines()[-1].endswith(": 2 cannot be computed again.")

    def test_a_changed_document_is_not_the_model_that_its_hash_names(
        self, unit: BusinessUnit
    ) -> None:
        stored = stands(unit)
        row = ScoringModel.objects.get()
        row.document["items"][0]["weight"] = 99
        with unguarded("scoring_scoringmodel"):
            row.save()
        (found,) = findings()
        assert (found.subject, found.problem) == (f"score {stored.pk}", Problem.UNREADABLE)
        assert "not the one that its hash names" in found.reason

    def test_a_method_that_says_something_else_than_the_model_is_found(
        self, unit: BusinessUnit
    ) -> None:
        stands(unit)
        with unguarded("scoring_methodology"):
            row = Methodology.objects.get()
            row.content["kappa"] = 0.5
            row.save()
        (found,) = findings()
        assert "made with another method" in found.reason

    def test_an_engine_nobody_knows_is_named(self, unit: BusinessUnit) -> None:
        stored = stands(unit)
        stands(unit)
        tamper(stored, engine_version="0.9")
        (found,) = [one for one in findings() if one.problem is Problem.UNREADABLE]
        assert found.subject == f"score {stored.pk}"
        assert found.reason == "engine version '0.9' is not known here; known: 1"

    def test_a_draft_is_computed_again_as_well(self, unit: BusinessUnit) -> None:
        draft = scored(unit)
        CurrentScore.objects.filter(pk=draft.pk).update(lo=3)
        (found,) = findings()
        assert found.subject == f"current score of assessment {draft.pk}"
        assert [one.what for one in found.differences] == ["lo"]


class TestReferences:
    @pytest.mark.parametrize("column", ["assessment_id", "vendor_id", "unit_id"])
    def test_a_reference_that_leads_nowhere_is_named(self, unit: BusinessUnit, column: str) -> None:
        stored = stands(unit)
        CurrentScore.objects.all().delete()
        tamper(stored, **{column: stored.pk})
        (found,) = findings()
        assert found.problem is Problem.LOST
        assert (found.differences[0].what, found.differences[0].found) == (
            column.removesuffix("_id"),
            "does not exist",
        )

    def test_the_vendor_has_to_be_that_of_the_assessment(self, unit: BusinessUnit) -> None:
        stored, other = stands(unit), stands(unit)
        tamper(stored, vendor=other.vendor_id)
        (found,) = findings()
        assert found.differences[0].found == f"that of the assessment: {stored.vendor_id}"

    def test_a_model_that_is_gone_is_named(self, unit: BusinessUnit) -> None:
        stored = stands(unit)
        tamper(stored, model=5)
        CurrentScore.objects.update(model=5)
        (found,) = findings()
        assert (found.problem, found.reason) == (Problem.UNREADABLE, "there is no model 5")

    def test_a_current_score_has_to_name_the_latest_of_its_history(
        self, unit: BusinessUnit
    ) -> None:
        stored, other = stands(unit), stands(unit)
        CurrentScore.objects.filter(score=stored).update(score=other)
        (found,) = findings()
        assert found.problem is Problem.LOST
        (difference,) = found.differences
        assert (difference.stored, difference.found) == (str(other.pk), str(stored.pk))

    def test_a_current_score_says_what_its_row_in_the_history_says(
        self, unit: BusinessUnit
    ) -> None:
        stored = stands(unit)
        CurrentScore.objects.update(points=5, band="low")
        (found,) = findings()
        assert found.subject == f"current score of assessment {stored.assessment_id}"
        assert {one.what for one in found.differences} >= {"points"}


class TestGatheredAnew:
    def test_an_answer_changed_behind_the_back_is_named_by_its_item(
        self, unit: BusinessUnit
    ) -> None:
        stored = stands(unit)
        Answer.objects.filter(assessment=stored.assessment_id, question_key="discloses").update(
            value="never"
        )
        code, said = replay(str(stored.pk))
        assert code == 1
        assert f"score {stored.pk} was made from other inputs than there are now" in said
        assert "  item discloses, pt: stored 0, now 10000" in said
        assert "item assigns" not in said
        assert replay("--all")[0] == 0

    def test_an_intake_or_a_signature_changed_behind_the_back_is_named(
        self, unit: BusinessUnit
    ) -> None:
        stored = stands(unit)
        with unguarded("vendors_engagement"):
            Engagement.objects.update(intake={"annual_spend": "to_1m"})
        code, said = replay("--sample", "5")
        assert code == 1
        assert "  intake annual_spend: stored unknown, now " in said
        assert str(stored.pk) in said

    def test_a_change_that_waits_to_be_scored_is_no_mistake(self, unit: BusinessUnit) -> None:
        stored = stands(unit)
        Engagement.objects.update(intake={"annual_spend": "to_1m"})
        code, said = replay(str(stored.pk))
        assert code == 0
        assert "gathered" not in said

    def test_other_questions_are_named_part_by_part(self, unit: BusinessUnit) -> None:
        stored = stands(unit)
        with unguarded("assessments_assessment"):
            row = Assessment.objects.get(pk=stored.assessment_id)
            Assessment.objects.filter(pk=row.pk).update(
                questions=[key for key in row.questions if key != "staff"]
            )
        code, said = replay(str(stored.pk))
        assert code == 1
        assert "  items, staff: stored section secrets" in said
        assert ", now none" in said

    def test_a_question_that_the_questionnaire_does_not_have_is_a_reason(
        self, unit: BusinessUnit
    ) -> None:
        stored = stands(unit)
        with unguarded("assessments_assessment"):
            Assessment.objects.update(questions=["unheard_of"])
        code, said = replay(str(stored.pk))
        assert code == 1
        assert "the inputs cannot be gathered: " in said
        assert "unheard_of" in said
