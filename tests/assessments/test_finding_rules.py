"""Findings that follow from what was handed in, by the rule of the tier."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments.models import Assessment
from assessments.services import assessments, overrides, rules
from audit import clock
from audit.errors import OutOfDate
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.incidents import make_incident
from tests.factories.scoring import say
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.finding_kinds import INCIDENT, KNOCK_OUT, RISKY_ANSWER
from vendors.models import Engagement, Finding, Incident
from vendors.services import finding_rules, incident_findings

pytestmark = pytest.mark.django_db


def handed_in(unit: BusinessUnit, **answers: object) -> Assessment:
    engagement = make_engagement(make_vendor(unit), unit)
    assessment = make_assessment(unit, engagement=engagement)
    answer_all(assessment)
    if answers:
        say(assessment, **answers)
    return assessments.submit(assessment=assessment, by=SYSTEM)


def raised(kind: str) -> list[tuple[str, str]]:
    rows = Finding.objects.filter(kind=kind).order_by("pk")
    return [(row.cause.rsplit(":", 1)[1], row.status) for row in rows]


def sweep_all() -> int:
    """What the sweep does once nothing has come of the tasks."""
    with clock.at(clock.now() + timedelta(minutes=1)):
        return rules.sweep()


def set_rule(tier: str, by: Person, version: int = 0, **values: Any) -> None:
    said: dict[str, Any] = {
        "answer_risk": 7_000,
        "missing_evidence": True,
        "knock_out": True,
        **values,
    }
    finding_rules.set_rule(tier=tier, version=version, by=by.principal, **said)


def test_an_answer_of_high_risk_raises_a_finding_once_it_is_handed_in(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    assessment = make_assessment(unit, engagement=engagement)
    answer_all(assessment)
    say(assessment, discloses="never", measures=["locks"])
    rules.check(engagement_id=engagement.pk)
    assert not Finding.objects.exists()
    assessments.submit(assessment=assessment, by=SYSTEM)
    rules.check(engagement_id=engagement.pk)
    rules.check(engagement_id=engagement.pk)
    assert raised(RISKY_ANSWER) == [("discloses", "open")]
    finding = Finding.objects.get(kind=RISKY_ANSWER)
    assert finding.severity == "high"
    assert finding.title == "How fast are inventions disclosed? Never"
    assert finding.due_on is not None


def test_a_knock_out_raises_its_own_finding_instead(unit: BusinessUnit) -> None:
    assessment = handed_in(unit, assigns="no")
    rules.check(engagement_id=assessment.engagement_id)
    assert raised(KNOCK_OUT) == [("assigns", "open")]
    assert raised(RISKY_ANSWER) == []
    finding = Finding.objects.get(kind=KNOCK_OUT)
    assert (finding.severity, finding.detail) == ("critical", "Nothing would be ours.")


def test_a_finding_settles_when_its_answer_is_put_right(unit: BusinessUnit) -> None:
    assessment = handed_in(unit, discloses="never")
    rules.check(engagement_id=assessment.engagement_id)
    assessments.take(assessment=assessment, by=SYSTEM)
    assessments.send_back(assessment=assessment, reason="Again", by=SYSTEM)
    say(assessment, discloses="at_once")
    assessments.submit(assessment=assessment, by=SYSTEM)
    rules.check(engagement_id=assessment.engagement_id)
    assert raised(RISKY_ANSWER) == [("discloses", "closed")]


def test_an_answer_that_is_the_same_a_year_later_keeps_its_finding(
    unit: BusinessUnit, legal: Person
) -> None:
    first = handed_in(unit, discloses="never")
    rules.check(engagement_id=first.engagement_id)
    assessments.take(assessment=first, by=SYSTEM)
    assessments.sign_off(assessment=first, by=legal.principal)
    second = make_assessment(unit, engagement=first.engagement, questionnaire=first.questionnaire)
    answer_all(second)
    say(second, discloses="never")
    assessments.submit(assessment=second, by=SYSTEM)
    rules.check(engagement_id=first.engagement_id)
    assert raised(RISKY_ANSWER) == [("discloses", "open")]


def test_the_answer_that_a_reviewer_puts_in_its_place_is_the_one_that_raises(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = handed_in(unit, discloses="at_once")
    assessments.take(assessment=assessment, by=legal.principal)
    overrides.override_answer(
        assessment=assessment,
        question_key="discloses",
        value="never",
        reason="The contract says so.",
        by=legal.principal,
    )
    rules.check(engagement_id=assessment.engagement_id)
    assert raised(RISKY_ANSWER) == [("discloses", "open")]
    assert Finding.objects.get(kind=RISKY_ANSWER).title.endswith("Never")


def test_an_engagement_that_has_ended_has_no_such_findings(unit: BusinessUnit) -> None:
    assessment = handed_in(unit, discloses="never")
    rules.check(engagement_id=assessment.engagement_id)
    Engagement.objects.filter(pk=assessment.engagement_id).update(status="ended")
    rules.check(engagement_id=assessment.engagement_id)
    assert raised(RISKY_ANSWER) == [("discloses", "closed")]


def test_the_rule_of_the_tier_decides(unit: BusinessUnit, admin: Person, legal: Person) -> None:
    assessment = handed_in(unit, discloses="yearly")
    tier = assessment.engagement.tier
    rules.check(engagement_id=assessment.engagement_id)
    assert raised(RISKY_ANSWER) == []
    with pytest.raises(NotAllowed):
        set_rule(tier, legal, answer_risk=5_000)
    set_rule(tier, admin, answer_risk=5_000)
    assert sweep_all() == 1
    assert ("discloses", "open") in raised(RISKY_ANSWER)
    with pytest.raises(OutOfDate):
        set_rule(tier, admin, answer_risk=None)
    set_rule(tier, admin, version=1, answer_risk=None)
    sweep_all()
    assert {status for _key, status in raised(RISKY_ANSWER)} == {"closed"}


def test_an_incident_raises_a_finding_while_it_is_confirmed(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    incident = make_incident(engagement)
    for status, expected in (
        ("reported", []),
        ("confirmed", ["open"]),
        ("remedying", ["open"]),
        ("closed", ["closed"]),
    ):
        row = Incident.objects.filter(pk=incident.pk)
        ended = {"closed_on": incident.found_on} if status == "closed" else {}
        row.update(status=status, **ended)
        incident_findings.check(incident_id=incident.pk)
        found = Finding.objects.filter(kind=INCIDENT).values_list("status", flat=True)
        assert list(found) == expected
