"""Evidence: added, replaced, put right, withdrawn, handed out; and nothing half-done."""

import hashlib
import io
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.evidence import (
    as_contact,
    make_contact,
    make_evidence,
    office_bytes,
    pdf_bytes,
    upload,
)
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.vendors.evidence.stores import Scanner, everything_in, scanner, small_disk
from vendors.models import Contact, Evidence, EvidenceFile, Vendor
from vendors.selectors.evidence import (
    evidence_of_contact,
    evidence_visible_to,
    files_of_contact,
    files_visible_to,
)
from vendors.services import evidence as service
from vendors.services import evidence_bytes
from vendors.services.evidence_bytes import FileGone, StorageUnavailable
from vendors.services.scanning import Infected, ScannerUnavailable


def last(kind: str) -> Event:
    return Event.objects.filter(type=kind).latest("position")


def test_a_document_is_stored_with_its_hash_outside_the_database(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    content = pdf_bytes("quality policy")
    made = service.add(
        vendor=vendor,
        unit=unit,
        file=upload("Quality policy.pdf", content),
        kind="policy",
        expires_on=date(2027, 5, 1),
        by=procurement.principal,
    )
    file = made.files.get()
    assert (made.title, made.kind, made.expires_on) == (
        "Quality policy",
        "policy",
        date(2027, 5, 1),
    )
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.name, file.content_type, file.size) == (
        "Quality policy.pdf",
        "application/pdf",
        len(content),
    )
    assert file.uploaded_by == procurement.user
    stored = folder / file.key
    assert stored.read_bytes() == content
    assert stored.stat().st_mode & 0o777 == 0o600
    event = last("evidence.added")
    assert event.data["sha256"] == file.sha256
    assert "Quality" not in str(event.data)


def test_a_wrong_type_is_refused_and_leaves_nothing_behind(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        make_evidence(vendor, unit, file=upload("a.pdf", office_bytes()), by=procurement.principal)
    assert list(refused.value.extra["errors"]) == ["file"]
    assert not Evidence.objects.exists()
    assert everything_in(folder) == []


def test_a_file_that_is_too_large_is_refused_without_reading_it_into_memory(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
    with TemporaryUploadedFile("large.txt", "text/plain", 0, None) as file:
        file.truncate(200 * 1024 * 1024)
        tracemalloc.start()
        with pytest.raises(Invalid, match="too large"):
            make_evidence(vendor, unit, file=file, by=procurement.principal)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 4 * 1024 * 1024


def test_a_large_file_goes_to_the_storage_in_pieces(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    with TemporaryUploadedFile("large.txt", "text/plain", 0, None) as file:
        for _piece in range(200):
            file.write(b"0123456789abcdef\n" * 4_000)
        size = file.tell()
        tracemalloc.start()
        made = make_evidence(vendor, unit, file=file, by=procurement.principal)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (folder / made.files.get().key).stat().st_size == size > 13_000_000
    assert most < 6 * 1024 * 1024


def test_an_empty_file_and_one_without_a_name_are_refused(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    with pytest.raises(Invalid, match="empty"):
        make_evidence(vendor, unit, file=upload("a.txt", b""), by=procurement.principal)
    with pytest.raises(Invalid, match="name"):
        make_evidence(vendor, unit, file=io.BytesIO(b"x"), by=procurement.principal)


def test_a_full_disk_refuses_with_a_sentence_and_leaves_neither_row_nor_bytes(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    content = pdf_bytes() + b"%" * 50_000
    with small_disk(8_000), pytest.raises(StorageUnavailable, match="nothing was saved"):
        make_evidence(vendor, unit, file=upload("a.pdf", content), by=procurement.principal)
    assert not Evidence.objects.exists()
    assert everything_in(folder) == []


def test_a_storage_that_cannot_be_written_refuses_with_a_sentence(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailable):
        make_evidence(vendor, unit, by=procurement.principal)
    assert not Evidence.objects.exists()


def test_bytes_do_not_stay_when_the_row_is_refused(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    made = make_evidence(vendor, unit, by=procurement.principal)
    there = everything_in(folder)
    service.withdraw(
        evidence=made, version=made.version, reason="Forged.", by=procurement.principal
    )
    with pytest.raises(service.Withdrawn):
        service.add_version(evidence=made, file=upload(), by=procurement.principal)
    assert everything_in(folder) == there


def test_the_scanner_sees_every_byte_before_a_file_is_stored(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, settings: Any
) -> None:
    content = pdf_bytes() + b"%" * 5_000
    with scanner(settings) as asked:
        made = make_evidence(vendor, unit, file=upload("a.pdf", content), by=procurement.principal)
    assert asked.received == [content]
    assert made.files.get().scan == EvidenceFile.Scan.CLEAN


def test_a_file_in_which_the_scanner_finds_something_is_refused(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person, settings: Any
) -> None:
    with scanner(settings, unix=False), pytest.raises(Infected, match="found something"):
        make_evidence(
            vendor,
            unit,
            file=upload("a.pdf", pdf_bytes() + Scanner.BAD),
            by=procurement.principal,
        )
    assert not Evidence.objects.exists()
    assert everything_in(folder) == []


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1", "not an address"])
def test_nothing_is_stored_unscanned_while_the_scanner_is_away(
    vendor: Vendor,
    unit: BusinessUnit,
    folder: Path,
    procurement: Person,
    settings: Any,
    *,
    where: str,
) -> None:
    settings.CLAMAV_SOCKET = where
    with pytest.raises(ScannerUnavailable, match="does not answer") as refused:
        make_evidence(vendor, unit, by=procurement.principal)
    assert refused.value.extra["retry_after"] == 60
    assert everything_in(folder) == []


def test_a_scanner_that_hangs_up_or_takes_no_such_size_refuses_the_file(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, settings: Any
) -> None:
    with scanner(settings, mute=True), pytest.raises(ScannerUnavailable):
        make_evidence(vendor, unit, by=procurement.principal)
    with scanner(settings, limit=10), pytest.raises(Infected, match="larger than"):
        make_evidence(vendor, unit, by=procurement.principal)


def test_the_same_bytes_are_recognised_and_offered_for_reuse(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    by = procurement.principal
    content = pdf_bytes("once")
    first = make_evidence(vendor, unit, file=upload("a.pdf", content), by=by)
    with pytest.raises(service.SameFile, match=first.title) as refused:
        make_evidence(vendor, unit, file=upload("b.pdf", content), by=by)
    assert refused.value.extra["evidence_id"] == first.pk
    assert len(everything_in(folder)) == 1
    again = make_evidence(vendor, unit, file=upload("b.pdf", content), again=True, by=by)
    assert again.pk != first.pk
    other = make_evidence(make_vendor(unit), unit, file=upload("c.pdf", content), by=by)
    assert other.vendor_id != vendor.pk


def test_what_is_hidden_from_somebody_is_not_given_away_as_the_same_file(
    vendor: Vendor, unit: BusinessUnit, legal: Person, procurement: Person, contact: Contact
) -> None:
    content = pdf_bytes("secret")
    make_evidence(
        vendor,
        unit,
        file=upload("a.pdf", content),
        confidentiality="strict",
        by=legal.principal,
    )
    make_evidence(vendor, unit, file=upload("a.pdf", content), by=procurement.principal)
    make_evidence(vendor, unit, file=upload("a.pdf", content), contact=contact)


def test_a_newer_version_stands_before_the_older_with_dates_of_its_own(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    by = procurement.principal
    content = pdf_bytes("first")
    made = make_evidence(
        vendor, unit, file=upload("a.pdf", content), expires_on=date(2026, 12, 1), by=by
    )
    with pytest.raises(service.SameFile):
        service.add_version(evidence=made, file=upload("a.pdf", content), by=by)
    file = service.add_version(
        evidence=made, file=upload("b.pdf"), expires_on=date(2028, 12, 1), by=by
    )
    made.refresh_from_db()
    assert (file.number, made.files.count(), made.expires_on) == (2, 2, date(2028, 12, 1))
    assert made.version == 2


def test_dates_that_make_no_sense_and_sites_of_others_are_refused(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        make_evidence(
            vendor,
            unit,
            issued_on=clock.today() + timedelta(days=1),
            expires_on=clock.today(),
            kind="poem",
            by=procurement.principal,
        )
    assert set(refused.value.extra["errors"]) == {"issued_on", "expires_on", "kind"}


def test_a_document_is_put_right_and_the_record_keeps_both_values(
    vendor: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    by = procurement.principal
    made = make_evidence(vendor, unit, title="Old", by=by)
    service.change(evidence=made, version=1, values={"title": "New"}, by=by)
    with pytest.raises(OutOfDate):
        service.change(evidence=made, version=1, values={"title": "Newer"}, by=by)
    assert last("evidence.changed").data["fields"] == ["title"]


def test_a_withdrawal_needs_a_reason_and_keeps_the_file(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    by = procurement.principal
    made = make_evidence(vendor, unit, by=by)
    with pytest.raises(Invalid):
        service.withdraw(evidence=made, version=1, reason="  ", by=by)
    gone = service.withdraw(evidence=made, version=1, reason="Forged.", by=by)
    assert gone.withdrawn_at is not None
    assert len(everything_in(folder)) == 1
    with pytest.raises(service.Withdrawn):
        service.change(evidence=gone, version=2, values={"title": "x"}, by=by)


def test_who_may_not_edit_evidence_adds_none(
    vendor: Vendor, unit: BusinessUnit, auditor: Person, outsider_procurement: Person
) -> None:
    for one in (auditor, outsider_procurement):
        with pytest.raises(NotAllowed):
            make_evidence(vendor, unit, by=one.principal)


def test_a_contact_gives_evidence_about_their_own_vendor_only(
    vendor: Vendor, unit: BusinessUnit, contact: Contact
) -> None:
    made = make_evidence(vendor, unit, contact=contact)
    assert made.files.get().uploaded_by_contact == contact
    elsewhere = make_contact(make_vendor(unit))
    with pytest.raises(NotAllowed):
        make_evidence(vendor, unit, contact=elsewhere)
    with pytest.raises(NotAllowed):
        service.add(
            vendor=vendor, unit=unit, file=upload(), contact=contact, by=as_contact(elsewhere)
        )


def test_strictly_confidential_is_seen_by_who_may_and_by_who_uploaded_it(
    vendor: Vendor,
    unit: BusinessUnit,
    procurement: Person,
    legal: Person,
    *,
    auditor: Person,
    outsider_legal: Person,
) -> None:
    strict = make_evidence(vendor, unit, confidentiality="strict", by=procurement.principal)
    plain = make_evidence(vendor, unit, by=procurement.principal)

    def seen(person: Person) -> set[Any]:
        return set(evidence_visible_to(person.principal).values_list("pk", flat=True))

    assert seen(legal) == seen(procurement) == {strict.pk, plain.pk}
    assert seen(auditor) == {plain.pk}
    assert seen(outsider_legal) == set()
    files = files_visible_to(auditor.principal)
    assert set(files.values_list("evidence", flat=True)) == {plain.pk}


def test_the_vendors_people_see_what_the_vendor_gave_and_nothing_else(
    vendor: Vendor, unit: BusinessUnit, contact: Contact, procurement: Person
) -> None:
    ours = make_evidence(vendor, unit, by=procurement.principal)
    theirs = make_evidence(vendor, unit, contact=contact)
    service.add_version(evidence=theirs, file=upload(), by=procurement.principal)
    colleague = make_contact(vendor)
    assert list(evidence_of_contact(colleague, unit)) == [theirs]
    assert [file.number for file in files_of_contact(colleague, unit)] == [1]
    assert not evidence_of_contact(make_contact(make_vendor(unit)), unit).exists()
    assert ours.files.count() == 1


def test_a_download_is_noted_and_gives_the_same_bytes(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, auditor: Person
) -> None:
    content = pdf_bytes() + b"%" * 400_000
    made = make_evidence(vendor, unit, file=upload("a.pdf", content), by=procurement.principal)
    given = service.deliver(file=made.files.get(), by=auditor.principal)
    assert b"".join(given.pieces) == content
    event = last("evidence.downloaded")
    assert (event.actor_id, event.aggregate_id) == (str(auditor.user.pk), made.pk)


def test_a_file_that_is_gone_is_said_to_be_gone_and_no_download_is_noted(
    vendor: Vendor, unit: BusinessUnit, folder: Path, procurement: Person
) -> None:
    made = make_evidence(vendor, unit, by=procurement.principal)
    file = made.files.get()
    (folder / file.key).unlink()
    with pytest.raises(FileGone):
        service.deliver(file=file, by=procurement.principal)
    assert not Event.objects.filter(type="evidence.downloaded").exists()


@evidence_bytes.discarded_on_failure()
@transaction.atomic
def add_twice(vendor: Vendor, unit: BusinessUnit) -> None:
    """A document that goes well, and one that does not."""
    content = pdf_bytes("policy")
    for _time in range(2):
        make_evidence(vendor, unit, file=upload(content=content))


def test_what_was_stored_in_a_block_that_fails_is_thrown_away(
    vendor: Vendor, unit: BusinessUnit, folder: Path
) -> None:
    with pytest.raises(service.SameFile):
        add_twice(vendor, unit)
    assert not everything_in(folder)
