"""Other storages, and proving what is stored: S3 against a small local server, and the check."""

import os
import time
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import BusinessUnit
from config.files import evidence_storage
from tests.bucket import bucket
from tests.factories.evidence import make_evidence, pdf_bytes, upload
from tests.personas import Person
from vendors.models import Evidence, Vendor
from vendors.selectors.due import coming_up
from vendors.services import evidence as service
from vendors.services.evidence_bytes import FileGone, StorageUnavailable


def test_files_go_to_a_bucket_and_come_back(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, settings: Any
) -> None:
    content = pdf_bytes() + b"%" * 100_000
    with bucket(settings) as stored:
        made = make_evidence(vendor, unit, file=upload("a.pdf", content))
        file = made.files.get()
        assert stored.objects == {f"/proofs/surety/{file.key}": content}
        given = service.deliver(file=file, by=procurement.principal)
        assert b"".join(given.pieces) == content
        stored.objects.clear()
        with pytest.raises(FileGone):
            service.deliver(file=file, by=procurement.principal)


def test_a_bucket_that_is_full_or_away_refuses_with_a_sentence(
    vendor: Vendor, unit: BusinessUnit, settings: Any
) -> None:
    with bucket(settings) as stored:
        stored.broken = True
        with pytest.raises(StorageUnavailable, match="nothing was saved"):
            make_evidence(vendor, unit)
        assert stored.objects == {}
    with pytest.raises(StorageUnavailable):
        make_evidence(vendor, unit)
    assert not Evidence.objects.exists()


def test_a_folder_that_is_served_to_everybody_is_no_place_for_evidence() -> None:
    def place(where: str) -> Any:
        return evidence_storage(where, default=Path("/data/evidence"), served=Path("/srv/static"))

    for wrong in ("/srv/static", "/srv/static/evidence", "s3://"):
        with pytest.raises(ValueError, match=r"folder of files|bucket"):
            place(wrong)
    assert place("")["OPTIONS"]["location"] == Path("/data/evidence")
    assert place("/data/elsewhere")["OPTIONS"]["location"] == Path("/data/elsewhere")


def check(*options: str) -> tuple[int, str]:
    said, status = StringIO(), 0
    try:
        call_command("check_evidence", *options, stdout=said)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    return status, said.getvalue()


def test_the_check_names_what_is_missing_and_what_was_changed(
    vendor: Vendor, unit: BusinessUnit, folder: Path
) -> None:
    files = [make_evidence(vendor, unit).files.get() for _each in range(3)]
    assert check() == (0, "3 files checked, 0 wrong, 0 left over.\n")
    (folder / files[0].key).unlink()
    (folder / files[1].key).write_bytes(b"other bytes")
    status, said = check()
    assert status == 1
    assert f"missing: evidence {files[0].evidence_id} version 1" in said
    assert f"changed: evidence {files[1].evidence_id} version 1" in said
    assert "3 files checked, 2 wrong" in said


def test_the_check_removes_what_no_row_names_once_it_is_a_day_old(
    vendor: Vendor, unit: BusinessUnit, folder: Path
) -> None:
    kept = make_evidence(vendor, unit).files.get()
    for name, hours in (("young", 1), ("old", 30)):
        path = folder / "ab" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (time.time(), time.time() - hours * 3600))
    assert "left over: ab/old" in check()[1]
    assert "1 left over" in check("--remove-left-over")[1]
    assert not (folder / "ab" / "old").exists()
    assert (folder / "ab" / "young").exists()
    assert (folder / kept.key).exists()


def test_a_document_that_expires_is_among_what_comes_up(
    vendor: Vendor, unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    made = make_evidence(vendor, unit, title="Fire certificate", expires_on=date(2027, 3, 1))
    until = date(2027, 12, 31)
    (row,) = coming_up(procurement.principal, None, until=until, sources=["evidence"]).rows
    assert (row.title, row.day, row.subject) == ("Fire certificate", date(2027, 3, 1), made.pk)
    assert coming_up(outsider_procurement.principal, None, until=until).rows == []
    service.withdraw(evidence=made, version=1, reason="Sold.", by=procurement.principal)
    assert coming_up(procurement.principal, None, until=until, sources=["evidence"]).rows == []
