"""Whatever became of the tasks, the sweep raises and settles the findings that follow by rule."""

from datetime import timedelta
from uuid import UUID

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, proof, rules
from audit import clock
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.incidents import make_incident
from tests.factories.scoring import say
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.finding_kinds import INCIDENT, MISSING_EVIDENCE, RISKY_ANSWER
from vendors.models import Evidence, Finding, FindingDue
from vendors.services import evidence as documents
from vendors.services import finding_checks, finding_rules
from vendors.tasks import findings_sweep

pytestmark = pytest.mark.django_db


def later(days: int = 0) -> None:
    """Both sweeps run, a minute or some days from now; no task has run."""
    with clock.at(clock.now() + timedelta(days=days, minutes=1)):
        rules.sweep()
        findings_sweep()


def statuses(kind: str) -> list[str]:
    return list(Finding.objects.filter(kind=kind).order_by("pk").values_list("status", flat=True))


def handed_in(unit: BusinessUnit, document: Evidence | None = None, **said: object) -> Assessment:
    vendor = document.vendor if document else make_vendor(unit)
    assessment = make_assessment(unit, engagement=make_engagement(vendor, unit))
    answer_all(assessment)
    say(assessment, **{"discloses": "never", **said})
    if document:
        proof.attach(assessment=assessment, question_key="assigns", evidence=document, by=SYSTEM)
    return assessments.submit(assessment=assessment, by=SYSTEM)


def test_what_was_handed_in_raises_findings_without_any_task(unit: BusinessUnit) -> None:
    handed_in(unit)
    assert statuses(RISKY_ANSWER) == []
    later()
    assert statuses(RISKY_ANSWER) == ["open"]
    assert not FindingDue.objects.filter(due_at__lte=clock.now()).exists()


def test_what_is_typed_after_sending_back_counts_once_it_is_handed_in_again(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = handed_in(unit)
    assessments.take(assessment=assessment, by=legal.principal)
    assessments.send_back(assessment=assessment, reason="Look again.", by=legal.principal)
    later()
    say(assessment, discloses="at_once")
    assert not FindingDue.objects.exists()
    assessments.submit(assessment=assessment, by=SYSTEM)
    later()
    assert statuses(RISKY_ANSWER) == ["closed"]


def test_a_changed_rule_reaches_all_that_was_handed_in_without_any_task(
    unit: BusinessUnit, admin: Person
) -> None:
    assessment = handed_in(unit, discloses="yearly")
    later()
    assert statuses(RISKY_ANSWER) == []
    finding_rules.set_rule(
        tier=assessment.engagement.tier,
        version=0,
        answer_risk=5_000,
        missing_evidence=False,
        knock_out=False,
        by=admin.principal,
    )
    later()
    assert "open" in statuses(RISKY_ANSWER)


def test_evidence_that_runs_out_raises_a_finding_the_day_after_its_last(
    unit: BusinessUnit,
) -> None:
    last = clock.today() + timedelta(days=10)
    handed_in(unit, make_evidence(make_vendor(unit), unit, expires_on=last))
    later()
    later(days=10)
    assert statuses(MISSING_EVIDENCE) == []
    later(days=11)
    assert statuses(MISSING_EVIDENCE) == ["open"]


def test_withdrawn_evidence_raises_a_finding_once_its_answer_has_followed(
    unit: BusinessUnit,
) -> None:
    document = make_evidence(make_vendor(unit), unit)
    handed_in(unit, document)
    later()
    documents.withdraw(evidence=document, version=document.version, reason="Wrong.", by=SYSTEM)
    proof.follow_all()
    later()
    assert statuses(MISSING_EVIDENCE) == ["open"]


def test_a_confirmed_incident_raises_a_finding_without_any_task(unit: BusinessUnit) -> None:
    make_incident(make_engagement(make_vendor(unit), unit), status="confirmed")
    assert statuses(INCIDENT) == []
    later()
    assert statuses(INCIDENT) == ["open"]


def test_an_engagement_that_cannot_be_compared_holds_up_no_other(unit: BusinessUnit) -> None:
    broken, good = handed_in(unit), handed_in(unit)
    done = []

    def check(engagement_id: UUID) -> None:
        if engagement_id == broken.engagement_id:
            raise RuntimeError("Cannot be read.")
        finding_checks.take(finding_checks.Subject.ENGAGEMENT, engagement_id)
        done.append(engagement_id)

    with clock.at(clock.now() + timedelta(minutes=1)):
        assert finding_checks.sweep(finding_checks.Subject.ENGAGEMENT, check) == 2
        assert finding_checks.sweep(finding_checks.Subject.ENGAGEMENT, check) == 0
    assert set(done) == {good.engagement_id}
    waits = FindingDue.objects.filter(subject_id=broken.engagement_id)
    assert set(waits.values_list("attempts", flat=True)) == {1}
