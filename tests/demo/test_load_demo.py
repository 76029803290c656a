"""`load_demo`: what it makes holds together like everything that people make."""

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from assessments.models import Answer, FilledWorkbook, Message
from assessments.selectors.own_rule import own_score
from assessments.services import sheets
from audit import clock
from audit.models import Event
from audit.verify import Report, verify
from scoring.models import DayDelta, FactSheet, Outstanding, Score, Standing
from scoring.services import facts
from tests.factories.scoring import band_sums, recount, rolled_up
from vendors.models import (
    Engagement,
    Finding,
    Incident,
    MergeRecord,
    MonitoringCheck,
    ScreeningDue,
    ScreeningRun,
    TrainingPerson,
    Vendor,
    VendorImport,
)

PASSWORD = "seven grey herons"


@dataclass
class Demo:
    """A loaded demo of a few vendors, in `folder`."""

    folder: Path
    said: str

    @property
    def file(self) -> Path:
        return self.folder / "credentials.json"

    @property
    def credentials(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.file.read_text())
        return found


def run(*, vendors: int | None = None) -> str:
    """What the command says."""
    out = StringIO()
    call_command("load_demo", vendors=vendors, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(AUDIT_ANCHOR_FILE=folder / "anchor.jsonl"),
        django_db_blocker.unblock(),
    ):
        patch.setenv("DEMO_DATA", str(folder))
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        try:
            yield Demo(folder, run(vendors=6))
        finally:
            call_command("flush", interactive=False, verbosity=0, allow_cascade=True)


def test_it_says_what_was_loaded_and_nothing_secret(demo: Demo) -> None:
    assert demo.said.startswith("Loaded 22 vendors in 13 countries with 16 assessments")
    assert PASSWORD not in demo.said
    assert demo.credentials["api_key"] not in demo.said


def test_only_the_owner_can_read_the_credentials(demo: Demo) -> None:
    assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600
    assert not demo.file.with_name("credentials.json.part").exists()


def test_everyone_in_the_credentials_can_sign_in(demo: Demo) -> None:
    accounts = json.loads(demo.file.read_text())["accounts"]
    assert [one["role"] for one in accounts] == [
        "Administrator", "Procurement", "Procurement", "Legal reviewer", "Auditor",
    ]  # fmt: skip
    for account in accounts:
        user = User.objects.get(email=account["email"])
        assert user.check_password(PASSWORD)
        assert user.is_active


def test_the_api_key_reads_the_vendors(demo: Demo) -> None:
    key = demo.credentials["api_key"]
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/vendors")
    assert answer.status_code == 200


def test_sheets_agree_with_their_answers(demo: Demo) -> None:
    found = dict(sheets.check_all())
    assert len(found) == 16
    assert [differs for differs in found.values() if differs] == []


def test_roll_ups_say_what_a_recount_says(demo: Demo) -> None:
    assert rolled_up() == recount()
    present = Standing.objects.filter(valid_to=None, archived=False)
    assert sum(band_sums().values()) == present.count()


def test_the_trend_says_what_the_standings_of_each_day_say(demo: Demo) -> None:
    days = DayDelta.objects.order_by("day").values_list("day", flat=True).distinct()
    assert len(days) > 20
    for day in days[::7]:
        there = Standing.objects.filter(valid_from__lte=day, archived=False)
        there = there.filter(Q(valid_to=None) | Q(valid_to__gt=day))
        told = sum(DayDelta.objects.filter(day__lte=day).values_list("delta", flat=True))
        assert told == there.count(), day


def test_nothing_is_left_to_score_or_to_queue(demo: Demo) -> None:
    assert not Outstanding.objects.exists()
    routed = Event.objects.filter(type="assessment.submitted")
    assert routed.exists()
    assert not routed.filter(dispatched=None).exists()


def test_indicators_say_what_the_records_say_today(demo: Demo) -> None:
    engagements = Engagement.objects.values_list("pk", flat=True)
    with transaction.atomic():
        assert not facts.behind(engagements, clock.today())
        assert facts.refresh(engagements, clock.today()) == frozenset()
        transaction.set_rollback(True)


def test_everybody_is_compared_with_the_lists(demo: Demo) -> None:
    assert not ScreeningDue.objects.exists()
    assert not ScreeningRun.objects.exclude(status=ScreeningRun.Status.DONE).exists()


def test_records_of_every_kind_reach_the_scores(demo: Demo) -> None:
    shown = {key for sheet in FactSheet.objects.all() for key in sheet.shown}
    assert shown >= {
        "contract", "financial", "fourth_parties", "incidents", "ip_schedule", "jurisdiction",
        "liability", "monitoring", "training",
    }  # fmt: skip
    assert Score.objects.filter(cause__startswith="incident.").exists()


def test_incidents_stand_at_every_step_and_some_suspicion_waits(demo: Demo) -> None:
    assert set(Incident.objects.values_list("status", flat=True)) >= {"remedying", "investigating"}
    assert MonitoringCheck.objects.filter(finding="suspicious", incident=None, settled="").exists()
    assert TrainingPerson.objects.filter(records=None).exists()


def test_what_is_made_where_it_is_not_registered_is_a_finding(demo: Demo) -> None:
    found = Finding.objects.get(kind="ip.missing_registration", status="open", severity="high")
    assert found.title == "Kitchen scale housing is not registered in China"


def test_the_record_holds_and_all_of_it_is_sealed(demo: Demo) -> None:
    def verified() -> Report:
        try:
            return verify(
                key=settings.AUDIT_KEY.encode(), anchor_file=Path(settings.AUDIT_ANCHOR_FILE)
            )
        finally:
            connection.close()

    # In a connection of its own: it reads in a transaction that has nothing before it.
    with ThreadPoolExecutor(1) as aside:
        report = aside.submit(verified).result()
    assert report.broken is None
    assert (report.sealed, report.unsealed) == (Event.objects.count(), 0)


def test_two_years_happened_in_their_order(demo: Demo) -> None:
    moments = list(Event.objects.order_by("position").values_list("occurred_at", flat=True))
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[0] < timezone.now() - timedelta(days=730)
    assert moments[-1] <= timezone.now()
    assert Score.objects.earliest("id").computed_at < timezone.now() - timedelta(days=700)


def test_a_list_was_imported_with_rows_that_were_refused(demo: Demo) -> None:
    done = VendorImport.objects.get()
    assert done.status == VendorImport.Status.DONE
    assert done.report["counts"]["new"] == 9
    assert done.report["counts"]["refused"] == 3


def test_a_second_run_refuses_in_a_sentence_and_changes_nothing(demo: Demo) -> None:
    before = demo.file.read_text()
    with pytest.raises(CommandError, match=r"^The demo data are loaded already; nothing was"):
        run()
    assert demo.file.read_text() == before


def test_whoever_lost_the_credentials_gets_new_ones_and_the_data_stay(demo: Demo) -> None:
    before, vendors = demo.credentials, Vendor.objects.count()
    demo.file.unlink()
    assert "were loaded before" in run()
    assert Vendor.objects.count() == vendors
    assert demo.credentials["api_key"] != before["api_key"]
    assert demo.credentials["password"] == PASSWORD


def test_a_record_entered_twice_was_merged_and_may_be_parted_again(demo: Demo) -> None:
    merged = MergeRecord.objects.select_related("kept").get()
    assert merged.kept.name == "Ostermann Formenbau GmbH"
    assert merged.merged_at > timezone.now() - timedelta(days=30)


def test_a_review_under_way_has_messages_and_an_override(demo: Demo) -> None:
    messages = Message.objects.all()
    overridden = Answer.objects.get(
        override_state__isnull=False, assessment__in=messages.values("assessment")
    )
    assert overridden.assessment.status == "in_review"
    assert overridden.counted_value != overridden.value
    said = messages.filter(assessment=overridden.assessment)
    assert {message.internal for message in said} == {True, False}


def test_answers_of_a_workbook_are_scored_by_its_rule_and_by_ours(demo: Demo) -> None:
    filled = FilledWorkbook.objects.get()
    assert filled.report["problems"] == []
    assert filled.report["matched"] == filled.report["rows"] == 14
    assert filled.evidence is not None
    assessment = filled.assessment
    assert assessment is not None
    counted, said = own_score(assessment), own_score(assessment, as_said=True)
    assert counted is not None
    assert said is not None
    assert counted.name == "Points of the IT office"
    assert 0 < counted.whole.earned < said.whole.earned < said.whole.possible
    assert Score.objects.filter(assessment=assessment, points__isnull=False).exists()
