"""From put right to verified; borne for a time; answered and disputed by the vendor."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid
from tests.factories.findings import make_finding
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Contact, Evidence, Finding
from vendors.selectors.findings import Filters, findings_of_contact
from vendors.selectors.findings import findings as list_of
from vendors.services import finding_answers, findings, remediation
from vendors.services.finding_rows import FindingNotOpen
from vendors.services.remediation import SomebodyElse

pytestmark = pytest.mark.django_db


def done(finding: Finding, by: Person) -> Finding:
    return remediation.report_done(
        finding=finding, version=finding.version, note="Locked the share", by=by.principal
    )


def contact_of(finding: Finding) -> tuple[Contact, Principal]:
    row = Contact.objects.create(
        vendor=finding.vendor, name="Vi", email=f"{uuid4()}@vendor.example"
    )
    return row, Principal("contact", str(row.pk), "Vi")


def test_whoever_put_it_right_does_not_verify_it(
    unit: BusinessUnit, procurement: Person, legal: Person, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_PERSON = True
    finding = done(make_finding(unit), procurement)
    seen: dict[str, Any] = {
        "finding": finding,
        "version": finding.version,
        "holds": True,
        "reason": "Seen",
    }
    with pytest.raises(SomebodyElse):
        remediation.verify(**seen, by=procurement.principal)
    with pytest.raises(SomebodyElse):
        findings.close(
            finding=finding,
            version=finding.version,
            reason="Mine",
            verified_by=procurement.user,
            by=legal.principal,
        )
    closed = remediation.verify(**seen, by=legal.principal)
    assert (closed.status, closed.verified_by, closed.done_by) == (
        "closed",
        legal.user,
        procurement.user,
    )


def test_what_was_not_put_right_goes_on(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = done(make_finding(unit), procurement)
    again = remediation.verify(
        finding=finding, version=finding.version, holds=False, reason="Open", by=legal.principal
    )
    assert (again.status, again.done_at) == ("open", None)


def test_an_accepted_risk_is_open_again_the_day_after(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    until = clock.today() + timedelta(days=10)
    with pytest.raises(NotAllowed):
        remediation.accept(
            finding=finding, version=1, until=until, reason="Small", by=procurement.principal
        )
    remediation.accept(finding=finding, version=1, until=until, reason="Small", by=legal.principal)
    assert list(list_of(legal.principal, unit, Filters(state="accepted"))) == [finding]
    assert not list_of(legal.principal, unit, Filters()).exists()
    assert remediation.end_acceptances(today=until) == 0
    assert remediation.end_acceptances(today=until + timedelta(days=1)) == 1
    assert remediation.end_acceptances(today=until + timedelta(days=1)) == 0
    finding.refresh_from_db()
    assert (finding.status, finding.accepted_until) == ("open", None)
    assert finding.accepted_because == "Small"


@pytest.mark.parametrize("days", [-1, 900])
def test_a_risk_is_accepted_for_a_time_to_come_and_not_for_ever(
    unit: BusinessUnit, legal: Person, days: int
) -> None:
    with pytest.raises(Invalid) as refused:
        remediation.accept(
            finding=make_finding(unit),
            version=1,
            until=clock.today() + timedelta(days=days),
            reason="",
            by=legal.principal,
        )
    assert set(refused.value.extra["errors"]) == {"reason", "until"}


def test_the_vendor_answers_and_disputes_only_what_it_was_shown(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    contact, them = contact_of(finding)
    with pytest.raises(NotAllowed):
        finding_answers.respond(
            finding=finding, version=1, response="We did", by=them, contact=contact
        )
    assert not findings_of_contact(contact, unit).exists()
    finding = finding_answers.share(
        finding=finding, version=1, shared=True, by=procurement.principal
    )
    assert list(findings_of_contact(contact, unit)) == [finding]
    finding = findings.dispute(
        finding=finding, version=2, reason="Not ours", by=them, contact=contact
    )
    assert finding.dispute_by_contact == contact
    finding = findings.resolve(
        finding=finding, version=3, upheld=True, reason="It is yours", by=legal.principal
    )
    assert (finding.disputed_at, finding.dispute_upheld) == (None, True)
    assert (finding.dispute_reason, finding.dispute_decided_by) == ("It is yours", legal.user)
    finding = finding_answers.respond(
        finding=finding, version=4, response="Done now", done=True, by=them, contact=contact
    )
    assert (finding.status, finding.done_by_contact) == ("remedied", contact)
    remediation.verify(
        finding=finding, version=5, holds=True, reason="Seen", by=procurement.principal
    )


def test_a_contact_of_another_vendor_or_one_put_aside_says_nothing(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = finding_answers.share(
        finding=make_finding(unit), version=1, shared=True, by=procurement.principal
    )
    stranger, them = contact_of(make_finding(unit))
    gone, him = contact_of(finding)
    Contact.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    for contact, by in ((stranger, them), (gone, him)):
        with pytest.raises(NotAllowed):
            finding_answers.respond(
                finding=finding, version=2, response="Hello", by=by, contact=contact
            )


def test_documents_stand_beside_a_finding_until_it_is_closed(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = make_finding(unit)
    paper = Evidence.objects.create(vendor=finding.vendor, unit=unit, title="Photograph")
    other = Evidence.objects.create(vendor=make_vendor(unit), unit=unit, title="Theirs")
    remediation.attach(finding=finding, evidence=paper, by=procurement.principal)
    with pytest.raises(Invalid):
        remediation.attach(finding=finding, evidence=other, by=procurement.principal)
    finding.refresh_from_db()
    assert list(finding.evidence.all()) == [paper]
    findings.close(
        finding=finding,
        version=finding.version,
        reason="Done",
        verified_by=procurement.user,
        by=procurement.principal,
    )
    with pytest.raises(FindingNotOpen):
        remediation.detach(finding=finding, evidence=paper, by=procurement.principal)


def test_several_findings_are_given_an_owner_at_once(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    rows = [make_finding(unit) for _number in range(3)]
    ids = [row.pk for row in rows]
    day = clock.today() + timedelta(days=5)
    assert remediation.assign(
        findings=ids, owner=procurement.user, due_on=day, by=procurement.principal
    ) == 3  # fmt: skip
    assert {row.owner for row in Finding.objects.all()} == {procurement.user}
    with pytest.raises(Invalid):
        remediation.assign(
            findings=ids, owner=outsider_procurement.user, due_on=None, by=procurement.principal
        )
    assert (
        remediation.assign(
            findings=ids,
            owner=outsider_procurement.user,
            due_on=None,
            by=outsider_procurement.principal,
        )
        == 0
    )


def test_a_finding_has_a_day_by_its_severity(unit: BusinessUnit) -> None:
    today = clock.today()
    days = {
        severity: (make_finding(unit, severity=severity, by=SYSTEM).due_on or today) - today
        for severity in ("critical", "high", "moderate", "low")
    }
    assert list(days.values()) == sorted(days.values())
