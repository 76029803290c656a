"""Raising findings, and what becomes of them."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.findings import make_finding
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.finding_kinds import MISSING_REGISTRATION, OBSERVATION
from vendors.models import Finding
from vendors.selectors.findings import Filters, findings_visible_to
from vendors.selectors.findings import findings as list_of
from vendors.services import findings
from vendors.services.finding_rows import FindingNotOpen
from vendors.services.findings import NotLinked, Raised

TOMORROW = timedelta(days=1)


def kinds_of_events(finding: Finding) -> list[str]:
    rows = Event.objects.filter(aggregate_id=finding.pk).order_by("position")
    return list(rows.values_list("type", flat=True))


def planned(finding: Finding, person: Person, due_on: date | None = None) -> Finding:
    return findings.plan(
        finding=finding,
        version=finding.version,
        remedy="Close the share",
        owner=person.user,
        due_on=due_on or clock.today() + TOMORROW,
        by=person.principal,
    )


def test_a_finding_is_raised_planned_and_closed_and_every_step_is_on_record(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit, by=procurement.principal)
    finding = planned(finding, procurement)
    assert finding.status == "planned"
    finding = findings.close(
        finding=finding,
        version=finding.version,
        reason="The share is closed.",
        verified_by=legal.user,
        by=procurement.principal,
    )
    assert (finding.status, finding.verified_by) == ("closed", legal.user)
    assert kinds_of_events(finding) == ["finding.opened", "finding.changed", "finding.closed"]
    event = Event.objects.get(type="finding.opened")
    assert event.unit_id == unit.pk
    assert "share" not in str(event.data)


def test_what_is_missing_from_a_plan_is_named_field_by_field(
    unit: BusinessUnit, procurement: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        findings.plan(
            finding=make_finding(unit),
            version=1,
            remedy=" ",
            owner=None,
            due_on=None,
            by=procurement.principal,
        )
    assert set(refused.value.extra["errors"]) == {"remedy", "owner", "due_on"}


def test_nobody_of_another_unit_can_be_made_responsible(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    finding = make_finding(unit)
    with pytest.raises(Invalid) as refused:
        findings.plan(
            finding=finding,
            version=1,
            remedy="Close it",
            owner=outsider_procurement.user,
            due_on=clock.today(),
            by=procurement.principal,
        )
    assert set(refused.value.extra["errors"]) == {"owner"}


def test_a_closed_finding_can_be_opened_again_with_its_plan(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = planned(make_finding(unit), procurement)
    finding = findings.close(
        finding=finding,
        version=2,
        reason="Done",
        verified_by=procurement.user,
        by=procurement.principal,
    )
    with pytest.raises(FindingNotOpen):
        planned(finding, procurement)
    finding = findings.reopen(
        finding=finding, version=3, reason="It is open again.", by=procurement.principal
    )
    assert (finding.status, finding.closed_at, finding.closed_because) == ("planned", None, "")
    with pytest.raises(FindingNotOpen):
        findings.reopen(finding=finding, version=4, reason="Again", by=procurement.principal)


def test_a_disputed_finding_stays_open_until_a_reviewer_has_decided(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    by = procurement.principal
    finding = findings.dispute(finding=finding, version=1, reason="Not our share.", by=by)
    assert finding.disputed_at is not None
    assert finding.status == "open"
    with pytest.raises(NotAllowed):
        findings.resolve(finding=finding, version=2, upheld=True, reason="It is.", by=by)
    finding = findings.resolve(
        finding=finding, version=2, upheld=True, reason="It is theirs.", by=legal.principal
    )
    assert (finding.disputed_at, finding.status) == (None, "open")
    finding = findings.dispute(finding=finding, version=3, reason="Look again.", by=by)
    finding = findings.resolve(
        finding=finding, version=4, upheld=False, reason="They are right.", by=legal.principal
    )
    assert (finding.status, finding.verified_by) == ("closed", legal.user)


def test_the_second_of_two_people_is_told_that_the_first_was_there(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = make_finding(unit)
    planned(finding, procurement)
    with pytest.raises(OutOfDate):
        planned(finding, procurement)


def test_one_cause_raises_one_finding_and_its_words_are_kept_up_to_date(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit)
    first = make_finding(unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a:VN")
    again = make_finding(
        unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a:VN", severity="critical"
    )
    assert first.pk == again.pk
    assert Finding.objects.get().severity == "critical"
    make_finding(unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a:CN")
    assert Finding.objects.count() == 2


def test_an_automatic_finding_is_closed_when_its_cause_is_gone_and_raised_anew_when_it_returns(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)

    def keep(*causes: str) -> None:
        findings.keep(
            vendor=vendor,
            unit=unit,
            engagement=engagement,
            kind=MISSING_REGISTRATION,
            causes={one: Raised(title=f"Missing: {one}", severity="high") for one in causes},
            gone="It is registered now.",
        )

    keep("a", "b")
    keep("b")
    closed = Finding.objects.get(cause="a")
    assert (closed.status, closed.verified_by) == ("closed", None)
    assert closed.closed_because == "It is registered now."
    event = Event.objects.get(type="finding.closed")
    assert (event.data["automatic"], event.actor_kind) == (True, "system")
    events = Event.objects.count()
    keep("b")
    assert Event.objects.count() == events
    keep("a", "b")
    assert Finding.objects.filter(cause="a").count() == 2


def test_what_somebody_closed_is_not_raised_again_while_its_cause_stays(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor = make_vendor(unit)
    finding = make_finding(unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a")
    findings.close(
        finding=finding,
        version=1,
        reason="We accept it: the product is sold elsewhere.",
        verified_by=legal.user,
        by=legal.principal,
    )
    again = make_finding(unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a")
    assert (again.pk, again.status) == (finding.pk, "closed")
    findings.settle(
        vendor=vendor, unit=unit, kind=MISSING_REGISTRATION, cause="a", reason="Registered"
    )
    assert make_finding(unit, vendor=vendor, kind=MISSING_REGISTRATION, cause="a").pk != finding.pk


def test_a_finding_needs_a_vendor_of_the_unit_and_an_engagement_of_that_vendor(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    with pytest.raises(NotLinked):
        make_finding(other_unit, vendor=vendor)
    elsewhere = make_engagement(make_vendor(unit), unit)
    with pytest.raises(Invalid):
        make_finding(unit, vendor=vendor, engagement=elsewhere)
    with pytest.raises(Invalid) as refused:
        make_finding(unit, vendor=vendor, title=" ", severity="dreadful")
    assert set(refused.value.extra["errors"]) == {"title", "severity"}


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "outsider_legal"])
def test_others_neither_raise_nor_close_findings(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    finding = make_finding(unit)
    with pytest.raises(NotAllowed):
        make_finding(unit, by=person.principal)
    with pytest.raises(NotAllowed):
        findings.close(
            finding=finding,
            version=1,
            reason="Gone",
            verified_by=person.user,
            by=person.principal,
        )


def test_findings_are_seen_in_their_unit_only_and_found_by_what_is_asked(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    finding = make_finding(unit)
    with clock.at(clock.now() - timedelta(days=9)):
        late = planned(make_finding(unit, title="Late"), procurement)
    assert set(findings_visible_to(procurement.principal)) == {finding, late}
    assert not findings_visible_to(outsider_procurement.principal).exists()

    def found(**asked: Any) -> set[Finding]:
        return set(list_of(procurement.principal, unit, Filters(**asked)))

    assert found(state="open") == {finding, late}
    assert found(state="overdue") == found(mine=procurement.user.pk) == {late}
    assert found(q="LATE") == {late}
    assert found(state="disputed") == found(state="closed") == set()
    assert found(kind=OBSERVATION, severity="high") == {finding, late}


def test_somebody_who_left_is_no_longer_named_as_owner_of_new_plans(
    unit: BusinessUnit, procurement: Person
) -> None:
    left = make_user(Role.PROCUREMENT, unit)
    left.is_active = False
    left.save(update_fields=["is_active"])
    with pytest.raises(Invalid):
        findings.plan(
            finding=make_finding(unit),
            version=1,
            remedy="Close it",
            owner=left,
            due_on=clock.today(),
            by=SYSTEM,
        )
