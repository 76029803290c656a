"""Files sent to a running server, whole and in chunks: to the disk, up to a bound."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import BusinessUnit
from assessments.models import Assessment
from tests.api.programs import SCOPES
from tests.contract.asking import Answer, ask
from tests.contract.conftest import StartWeb
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import make_assessment
from tests.factories.evidence import pdf_bytes
from tests.web import Web
from vendors.models import EvidenceFile

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
MOST = 24


@pytest.fixture
def small_web(start_web: StartWeb) -> Web:
    """One web process that takes files of 24 MB."""
    return start_web(processes=1, EVIDENCE_MAX_MEGABYTES=str(MOST))


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    return make_assessment(unit)


@pytest.fixture
def key(unit: BusinessUnit) -> str:
    """Of a client that writes assessments."""
    return make_key(make_api_client(unit, scopes=SCOPES))


def body(size: int) -> bytes:
    """A form with a PDF of so many bytes."""
    file = pdf_bytes()
    return (
        b'--edge\r\nContent-Disposition: form-data; name="question"\r\n\r\nstaff\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="list.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + file.ljust(size, b"\n") + b"\r\n--edge--\r\n"
    )


def pieces(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), 65_536):
        yield whole[start : start + 65_536]


def put(web: Web, row: Assessment, key: str, sent: bytes | Iterator[bytes]) -> Answer:
    form = {"Content-Type": "multipart/form-data; boundary=edge"}
    path = f"/api/v1/assessments/{row.pk}/evidence"
    return ask(web.address, path, key=key, method="POST", body=sent, headers=form)


def peak(web: Web) -> int:
    """The most memory that the web process has ever held, in bytes."""
    [worker] = re.findall(r"Booting worker with pid: (\d+)", web.said())
    said = Path(f"/proc/{worker}/status").read_text()
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", said)
    return int(kilobytes) * 1024


def test_a_file_goes_to_the_disk_however_it_comes(
    small_web: Web, key: str, assessment: Assessment
) -> None:
    assert put(small_web, assessment, key, pieces(body(1000))).status == 201
    before = peak(small_web)
    largest = MOST * MEGABYTE

    for sent in (pieces(body(largest)), body(largest)):
        answer = put(small_web, assessment, key, sent)
        assert answer.status == 201, answer

    assert EvidenceFile.objects.filter(size=largest).count() == 2
    assert peak(small_web) - before < largest / 2


def test_a_file_that_is_too_large_is_413_however_it_comes(
    small_web: Web, key: str, assessment: Assessment
) -> None:
    for size in (MOST * MEGABYTE + 1, 2 * MOST * MEGABYTE):
        for sent in (pieces(body(size)), body(size)):
            problem = put(small_web, assessment, key, sent).problem
            assert problem["status"] == 413
            assert f"{MOST * MEGABYTE:,} bytes" in problem["detail"]
    assert not EvidenceFile.objects.exists()
