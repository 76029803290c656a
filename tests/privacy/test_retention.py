"""Rules of retention: what is older goes, by day and by number, but for what is held."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import override_settings

from accounts.models import BusinessUnit, Letter, Notification
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import notifications
from assessments.models import PortalSession
from assessments.selectors.retention import due_now
from assessments.services import assessments, entering, proof, retention
from audit import clock
from audit.models import Event, EventDetail
from config.celery import app
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.portal import invited, new_link
from tests.personas import Person
from vendors.models import EvidenceFile
from vendors.services import evidence_bytes, holds

pytestmark = pytest.mark.django_db

ALL = {
    "letters": 30, "notifications": 180, "visits": 365, "devices": 365, "workbooks": 90,
    "evidence": 700, "log_details": 900,
}  # fmt: skip


def world(unit: BusinessUnit) -> tuple[EvidenceFile, PortalSession]:
    """A closed assessment with a document and a visit; a letter to its contact; a notification."""
    assessment = make_assessment(unit)
    document = make_evidence(assessment.vendor, unit)
    proof.attach(assessment=assessment, question_key="staff", evidence=document, by=SYSTEM)
    invitation = invited(assessment)
    link = new_link(invitation)
    entering.enter(link_id=link.link.pk, token=link.token)
    notifications.tell(
        user=make_user(Role.LEGAL, unit), kind="message", title="Look", unit_id=unit.pk,
        about=assessment.pk, occasion="1",
    )  # fmt: skip
    Letter.objects.update(state=Letter.State.KEPT)
    assessment.refresh_from_db()
    assessments.cancel(assessment=assessment, reason="Not needed", by=SYSTEM)
    return document.files.get(), PortalSession.objects.get()


def later(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=days), tick=False)


@override_settings(RETENTION=ALL)
def test_each_kind_goes_on_its_day_and_the_run_is_in_the_record(
    unit: BusinessUnit, django_capture_on_commit_callbacks: Any
) -> None:
    file, visit = world(unit)
    assert sum(retention.apply().values()) == 0
    with later(40):
        assert retention.apply()["letters"] == Letter.objects.count() > 0
    with later(400):
        counts = retention.apply()
        assert (counts["visits"], counts["notifications"], counts["evidence"]) == (1, 1, 0)
    assert not PortalSession.objects.filter(pk=visit.pk).exists()
    assert not Notification.objects.exists()
    with later(800), django_capture_on_commit_callbacks(execute=True):
        assert retention.apply()["evidence"] == 1
    assert not evidence_bytes.storage().exists(file.key)
    assert file.erased.at > file.uploaded_at
    assert EvidenceFile.objects.get(pk=file.pk).sha256 == file.sha256
    with pytest.raises(evidence_bytes.FileGone, match="rules of retention"):
        evidence_bytes.read(file)
    with later(2000):
        assert retention.apply()["log_details"] > 0
    assert not EventDetail.objects.filter(event__type="evidence.added").exists()
    runs = Event.objects.filter(type="retention.run").order_by("position")
    assert [one.data["counts"]["evidence"] for one in runs] == [0, 0, 0, 1, 0]


@override_settings(RETENTION=ALL)
def test_nothing_that_is_held_goes(unit: BusinessUnit) -> None:
    file, visit = world(unit)
    hold = holds.place(vendor=file.evidence.vendor, unit=unit, reason="Claim", by=SYSTEM)
    with later(800):
        counts = retention.apply()
        assert {key: count for key, count in counts.items() if count} == {}
        held = Event.objects.get(type="retention.run").data["held"]
        assert (held["evidence"], held["visits"], held["notifications"]) == (1, 1, 1)
        assert held["letters"] == Letter.objects.count()
        holds.lift(hold=hold, reason="Over", by=SYSTEM)
        assert retention.apply()["evidence"] == 1
    assert not PortalSession.objects.filter(pk=visit.pk).exists()


@override_settings(RETENTION=dict.fromkeys(ALL, 0))
def test_zero_days_keep_for_ever(unit: BusinessUnit) -> None:
    world(unit)
    with later(9000):
        assert sum(retention.apply().values()) == 0


@override_settings(RETENTION=ALL)
def test_a_document_that_another_assessment_uses_stays(unit: BusinessUnit) -> None:
    file, _visit = world(unit)
    engagement = file.evidence.answers.get().assessment.engagement
    again = make_assessment(unit, engagement=engagement)
    proof.attach(assessment=again, question_key="staff", evidence=file.evidence, by=SYSTEM)
    with later(800):
        assert retention.apply()["evidence"] == 0


@override_settings(RETENTION=ALL)
def test_a_dry_run_counts_and_writes_nothing(unit: BusinessUnit, admin: Person) -> None:
    world(unit)
    with later(800):
        events = Event.objects.count()
        counts = {one.rule.key: (one.going, one.held) for one in due_now()}
        assert counts["evidence"] == (1, 0)
        out = StringIO()
        call_command("retention", "--dry-run", stdout=out)
        assert "evidence: kept 700 days, 1 would go, 0 are held" in out.getvalue()
        assert "Nothing was erased." in out.getvalue()
        admin.browser.force_login(admin.user)
        html = admin.browser.get("/retention/").content.decode()
        assert "Documents of closed assessments" in html
        assert Event.objects.exclude(type__startswith="member.").count() == events
        call_command("retention", stdout=out)
        assert "were erased." in out.getvalue()
    assert Event.objects.filter(type="retention.run").count() == 1


def test_the_clock_applies_them_every_night() -> None:
    entry = app.conf.beat_schedule["erase what the rules of retention say"]
    assert entry["task"] == "assessments.retain"
    app.loader.import_default_modules()
    app.tasks["assessments.retain"]()
    assert Event.objects.filter(type="retention.run").count() == 1
