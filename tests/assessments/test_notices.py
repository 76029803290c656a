"""Who is told of what in the life of an assessment; whoever caused it is not."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import BusinessUnit, Letter, Notification
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment, StageRule
from assessments.services import assessments, notices, threads
from audit import clock, dispatch
from audit.models import Event
from config.children import wait_until
from scoring.services import notices as of_scores
from tests.factories.accounts import make_unit, make_user
from tests.factories.assessments import answer_all, in_review, make_assessment, submitted
from tests.factories.findings import make_finding
from tests.factories.screening import listed, row
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.workers import Worker
from vendors.models import Finding, VendorUnit
from vendors.services import findings, remediation, vendors
from vendors.services import notices as of_vendors

pytestmark = pytest.mark.django_db


def react() -> None:
    """What the workers do with all that has happened so far."""
    for event in Event.objects.order_by("position"):
        for name in dispatch.routes().get(event.type, ()):
            if name == "assessments.notify":
                notices.tell_of(event_id=event.id)
            elif name == "vendors.notify":
                of_vendors.tell_of(event_id=event.id)
            elif name == "scoring.notify":
                of_scores.tell_of(event_id=event.id)


def kinds(person: Person) -> list[str]:
    rows = Notification.objects.filter(user=person.user).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_reviewers_are_told_of_what_was_submitted_once(
    unit: BusinessUnit, procurement: Person, legal: Person, outsider_legal: Person
) -> None:
    submitted(unit, by=procurement.principal)
    react()
    react()
    assert kinds(legal) == ["assessment_to_review"]
    assert kinds(procurement) == []
    assert kinds(outsider_legal) == []


def test_who_fills_in_is_told_when_it_comes_back_and_the_sender_is_not(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    one = in_review(unit)
    Assessment.objects.filter(pk=one.pk).update(assigned_to=procurement.user)
    one.refresh_from_db()
    key = one.questions[0]
    assessments.send_back(assessment=one, reason="One question", keys=[key], by=legal.principal)
    react()
    assert "assessment_to_answer" in kinds(procurement)
    assert "assessment_to_answer" not in kinds(legal)


def test_the_owner_of_the_vendor_is_told_of_the_sign_off(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    one = in_review(unit)
    vendors.link_unit(vendor=one.vendor, unit=unit, owner=procurement.user, by=SYSTEM)
    assessments.sign_off(assessment=one, by=legal.principal)
    react()
    assert "assessment_signed_off" in kinds(procurement)


def test_a_message_reaches_the_others_who_take_part(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    one = in_review(unit)
    Assessment.objects.filter(pk=one.pk).update(assigned_to=procurement.user)
    threads.say(
        assessment=one,
        question_key=one.questions[0],
        body="Is this the new site?",
        internal=True,
        by=legal.principal,
    )
    react()
    assert kinds(procurement) == ["message"]
    told = Notification.objects.get(user=procurement.user)
    assert "new site" not in told.title + told.text
    assert not Letter.objects.filter(template="assessments/email/message").exists()


@pytest.mark.parametrize(("zone", "told"), [("Asia/Tokyo", True), ("America/Chicago", False)])
def test_who_is_late_is_told_when_the_day_is_over_where_they_are(
    unit: BusinessUnit, procurement: Person, zone: str, told: bool
) -> None:
    one = make_assessment(unit)
    Assessment.objects.filter(pk=one.pk).update(
        assigned_to=procurement.user, due_on=date(2026, 6, 10)
    )
    procurement.user.time_zone = zone
    procurement.user.save(update_fields=["time_zone"])
    with clock.at(datetime(2026, 6, 10, 22, tzinfo=UTC)):
        notices.tell_of_overdue()
        notices.tell_of_overdue()
    assert kinds(procurement) == (["assessment_overdue"] if told else [])


def test_the_deputy_of_a_stage_is_told_of_what_is_late(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    one = make_assessment(unit)
    Assessment.objects.filter(pk=one.pk).update(due_on=date(2026, 6, 10))
    StageRule.objects.create(unit=unit, stage="filling_in", deputy=legal.user, target_days=10)
    with clock.at(datetime(2026, 6, 12, tzinfo=UTC)):
        notices.tell_of_overdue()
    assert kinds(legal) == ["assessment_overdue"]


def test_the_owner_of_a_finding_is_told_when_it_is_raised_and_when_it_is_late(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        finding = make_finding(unit, by=legal.principal)
        findings.plan(
            finding=finding,
            version=finding.version,
            remedy="Close the share",
            owner=procurement.user,
            due_on=date(2026, 6, 10),
            by=legal.principal,
        )
        react()
    with clock.at(datetime(2026, 6, 11, 1, tzinfo=UTC)):
        of_vendors.tell_of_overdue()
        of_vendors.tell_of_overdue()
    assert kinds(procurement) == ["finding_opened", "finding_overdue"]


@pytest.mark.parametrize(("zone", "told"), [("Asia/Tokyo", True), ("America/Chicago", False)])
def test_a_finding_is_overdue_once_its_day_is_over_where_its_owner_is(
    unit: BusinessUnit, procurement: Person, legal: Person, zone: str, told: bool
) -> None:
    finding = make_finding(unit, by=legal.principal)
    Finding.objects.update(owner=procurement.user, due_on=date(2026, 6, 10))
    procurement.user.time_zone = zone
    procurement.user.save(update_fields=["time_zone"])
    with clock.at(datetime(2026, 6, 10, 22, tzinfo=UTC)):
        of_vendors.tell_of_overdue()
    assert kinds(procurement) == (["finding_overdue"] if told else [])
    assert Finding.objects.get().pk == finding.pk


def test_a_finding_of_nobody_is_told_to_who_has_the_vendor_and_an_accepted_one_to_nobody(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit, by=legal.principal)
    Finding.objects.update(due_on=date(2026, 6, 10), owner=None)
    VendorUnit.objects.filter(vendor=finding.vendor).update(owner=procurement.user)
    with clock.at(datetime(2026, 6, 12, tzinfo=UTC)):
        remediation.accept(
            finding=finding,
            version=finding.version,
            until=date(2026, 6, 20),
            reason="The tools come back in a week.",
            by=legal.principal,
        )
        of_vendors.tell_of_overdue()
        assert kinds(procurement) == []
    with clock.at(datetime(2026, 6, 21, tzinfo=UTC)):
        remediation.end_acceptances(today=clock.today())
        of_vendors.tell_of_overdue()
    assert kinds(procurement) == ["finding_overdue"]


def test_a_match_is_told_to_who_decides(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    make_vendor(unit, name="Plain Metallwerke")
    listed(row("1", "Plain Metallwerke"))
    react()
    assert kinds(legal) == ["match_found"]
    assert kinds(procurement) == []


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_real_workers_tell_the_reviewer(celery_worker_process: Worker) -> None:
    unit = make_unit()
    reviewer = make_user(Role.LEGAL, unit)
    one = make_assessment(unit)
    answer_all(one)
    assessments.submit(assessment=one, by=SYSTEM)
    assert wait_until(
        lambda: Notification.objects.filter(user=reviewer, about=one.pk).exists(), seconds=30
    ), celery_worker_process.said()
