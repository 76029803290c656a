"""The record is told outside: by letter, and as a bundle for whoever may read all of the log."""

from pathlib import Path

import pytest
from django.conf import settings as live
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Letter
from accounts.services import the_record
from accounts.tasks import checkpoint
from audit import bundle, signing
from audit.bundle import Outside
from audit.checkpoint_text import in_text
from audit.models import Checkpoint, Event
from tests.audit.sample import note, seal_now
from tests.personas import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anchors(tmp_path: Path, settings: Settings) -> Path:
    """Where the seals are written outside the database."""
    path = tmp_path / "anchor.jsonl"
    settings.AUDIT_ANCHOR_FILE = path
    return path


def test_the_state_of_the_record_is_mailed_to_everybody_named(
    anchors: Path, settings: Settings
) -> None:
    settings.AUDIT_CHECKPOINT_EMAIL = ["keeper@notary.example", "audit@example.com"]
    note(1)
    seal_now()
    checkpoint()
    letters = Letter.objects.order_by("to")
    assert [one.to for one in letters] == ["audit@example.com", "keeper@notary.example"]
    assert not any(one.secret for one in letters)
    told = list(in_text(letters[0].text))
    public = signing.public_key(live.AUDIT_KEY.encode())
    assert [(one.sequence, one.is_signed_by(public)) for one in told] == [(1, True)]
    assert "event no. 1" in letters[0].subject


def test_no_second_letter_goes_out_before_it_is_time_or_while_nothing_happens(
    anchors: Path, settings: Settings
) -> None:
    settings.AUDIT_CHECKPOINT_EMAIL = ["keeper@notary.example"]
    note(1)
    seal_now()
    checkpoint()
    note(2)
    seal_now()
    checkpoint()
    assert Letter.objects.count() == 1
    settings.AUDIT_CHECKPOINT_HOURS = 0
    checkpoint()
    checkpoint()
    assert Letter.objects.count() == 2


def test_without_an_address_a_checkpoint_is_anchored_in_the_file_alone(anchors: Path) -> None:
    note(1)
    seal_now()
    assert the_record.checkpoint() is not None
    assert Checkpoint.objects.count() == 1
    assert not Letter.objects.exists()
    assert '"signature"' in anchors.read_text()


def test_an_auditor_of_all_units_downloads_the_record_and_proves_it(
    anchors: Path, admin: Person, tmp_path: Path
) -> None:
    note(1)
    seal_now()
    page = admin.browser.get(reverse("accounts:log"))
    address = reverse("accounts:log_bundle")
    assert address in page.content.decode()
    answer = admin.browser.get(address)
    assert answer.status_code == 200
    path = tmp_path / "surety-record.jsonl"
    path.write_bytes(answer.getvalue())
    report = bundle.verify(path, Outside(key=live.AUDIT_KEY.encode(), anchors=anchors))
    assert report.wrong is None
    assert report.events >= 1
    assert "private 1" not in path.read_text()
    exported = Event.objects.get(type="record.exported")
    assert (exported.actor_id, exported.data) == (str(admin.user.pk), {"with_details": False})


def test_an_auditor_of_one_unit_is_neither_shown_nor_given_it(
    anchors: Path, auditor: Person
) -> None:
    address = reverse("accounts:log_bundle")
    assert address not in auditor.browser.get(reverse("accounts:log")).content.decode()
    assert auditor.browser.get(address).status_code == 403
    assert not Event.objects.filter(type="record.exported").exists()
