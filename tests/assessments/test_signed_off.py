"""After the sign-off nothing changes answers, evidence or overrides: every way in is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from assessments.models import Answer, AnswerEvidence, Assessment, Sheet
from assessments.services import (
    answers,
    assessments,
    certificates,
    offline,
    overrides,
    proof,
    review,
)
from assessments.services.answers import AnswerInput
from assessments.sheet import EvidenceLevel
from audit.errors import Refused
from tests.factories.accounts import make_user
from tests.factories.assessments import in_review
from tests.factories.evidence import make_evidence
from tests.factories.portal import invited, principal_of
from tests.personas import Person

pytestmark = pytest.mark.django_db


class Signed:
    """A signed-off assessment with a document beside one answer, and an override."""

    def __init__(self, unit: BusinessUnit, legal: Person) -> None:
        self.legal = legal.principal
        made = in_review(unit)
        self.document = make_evidence(made.vendor, unit)
        self.other = make_evidence(made.vendor, unit)
        proof.attach(assessment=made, question_key="assigns", evidence=self.document, by=self.legal)
        overrides.override_answer(
            assessment=made,
            question_key="discloses",
            value="yearly",
            reason="The minutes say so.",
            by=self.legal,
        )
        # Whoever overrode an answer does not sign off alone.
        second = principal_for_user(make_user(Role.LEGAL, unit))
        self.assessment = assessments.sign_off(assessment=made, by=second)

    def state(self) -> tuple[list[Any], list[Any], list[Any], str, date | None]:
        """All that must not change."""
        row = Assessment.objects.get(pk=self.assessment.pk)
        return (
            list(Answer.objects.filter(assessment=row).order_by("pk").values()),
            list(AnswerEvidence.objects.filter(assessment=row).order_by("pk").values()),
            list(Sheet.objects.filter(assessment=row).values()),
            row.status,
            row.due_on,
        )


def _save(one: Signed) -> None:
    answers.save(assessment=one.assessment, values={"staff": AnswerInput(1)}, by=SYSTEM)


def _save_as_contact(one: Signed) -> None:
    by = principal_of(invited(one.assessment))
    answers.save(assessment=one.assessment, values={"staff": AnswerInput(1)}, by=by)


def _judge(one: Signed) -> None:
    review.review_answer(
        assessment=one.assessment,
        question_key="staff",
        verdict="accepted",
        evidence=EvidenceLevel.REVIEWER_VERIFIED,
        by=one.legal,
    )


def _accept_section(one: Signed) -> None:
    review.accept_section(
        assessment=one.assessment,
        section="secrets",
        evidence=EvidenceLevel.REVIEWER_VERIFIED,
        by=one.legal,
    )


def _say_not_applicable(one: Signed) -> None:
    review.decide_not_applicable(
        assessment=one.assessment, question_key="discloses", approve=True, by=one.legal
    )


def _override(one: Signed) -> None:
    overrides.override_answer(
        assessment=one.assessment,
        question_key="discloses",
        value="at_once",
        reason="No.",
        by=one.legal,
    )


def _undo(one: Signed) -> None:
    overrides.undo_override(assessment=one.assessment, question_key="discloses", by=one.legal)


def _attach(one: Signed) -> None:
    proof.attach(
        assessment=one.assessment, question_key="discloses", evidence=one.other, by=one.legal
    )


def _detach(one: Signed) -> None:
    proof.detach(
        assessment=one.assessment, question_key="assigns", evidence=one.document, by=one.legal
    )


def _read_workbook(one: Signed) -> None:
    made = offline.export(assessment=one.assessment, vendor_side=False, language="en")
    offline.read(
        assessment=one.assessment,
        file_name="answers.xlsx",
        content=made,
        vendor_side=False,
        by=SYSTEM,
    )


def _send_back(one: Signed) -> None:
    assessments.send_back(assessment=one.assessment, reason="Again.", by=one.legal)


def _plan(one: Signed) -> None:
    assessments.plan(
        assessment=one.assessment, due_on=date(2030, 1, 1), assigned_to=None, by=SYSTEM
    )


@pytest.mark.parametrize(
    "way",
    [
        _save,
        _save_as_contact,
        _judge,
        _accept_section,
        _say_not_applicable,
        _override,
        _undo,
        _attach,
        _detach,
        _read_workbook,
        _send_back,
        _plan,
    ],
)
def test_every_way_to_change_what_was_signed_off_is_refused_and_changes_nothing(
    unit: BusinessUnit, legal: Person, way: Callable[[Signed], None]
) -> None:
    signed = Signed(unit, legal)
    before = signed.state()
    with pytest.raises(Refused):
        way(signed)
    assert signed.state() == before


def test_confirming_a_certificate_after_the_sign_off_changes_nothing(
    unit: BusinessUnit, legal: Person
) -> None:
    signed = Signed(unit, legal)
    before = signed.state()
    keys = certificates.confirm(assessment=signed.assessment, keys=["assigns"], by=signed.legal)
    assert keys == []
    assert signed.state() == before


def test_reopening_is_what_lets_it_change_again(unit: BusinessUnit, legal: Person) -> None:
    signed = Signed(unit, legal)
    again = assessments.reopen(assessment=signed.assessment, reason="Check.", by=signed.legal)
    overrides.undo_override(assessment=again, question_key="discloses", by=signed.legal)
    assert not Answer.objects.get(assessment=again, question_key="discloses").is_overridden
