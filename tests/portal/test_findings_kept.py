"""An answer to a finding and the files beside it: sending the one loses nothing of the other."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Invitation
from tests.factories.assessments import make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import browser, invited
from tests.personas import Person
from vendors.models import Finding
from vendors.services import finding_answers, findings

pytestmark = pytest.mark.django_db
TYPED = {"response": "We closed it\r\nin May.", "planned_on": "2031-01-31", "done": "on"}


@pytest.fixture(autouse=True)
def _places(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_STORAGE = str(tmp_path)
    cache.clear()


@pytest.fixture
def invitation(unit: BusinessUnit) -> Invitation:
    """A contact who was asked to answer all of it."""
    return invited(make_assessment(unit))


@pytest.fixture
def finding(invitation: Invitation, legal: Person) -> Finding:
    """A finding that was shown to them."""
    assessment = invitation.assessment
    row = make_finding(vendor=assessment.vendor, unit=assessment.unit)
    return finding_answers.share(finding=row, version=row.version, shared=True, by=legal.principal)


def url(invitation: Invitation, name: str, finding: Finding) -> str:
    return reverse(f"portal:{name}", args=[invitation.pk, finding.pk])


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("closed.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


def shown(page: Any) -> dict[str, Any]:
    """What the fields of the answer hold, as a browser would send it back."""
    form = page.context["form"]
    return {bound.name: bound.value() for bound in form if bound.value()}


def sent(client: Client, address: str, finding: Finding, **values: Any) -> Any:
    return client.post(address, {"version": finding.version, "kind": "other", **values})


def test_adding_a_file_leaves_what_was_typed_where_it_can_be_sent(
    invitation: Invitation, finding: Finding
) -> None:
    client = browser(invitation)
    files = url(invitation, "finding-files", finding)
    page = sent(client, files, finding, **TYPED, file=pdf())
    assert page.status_code == 200
    assert finding.evidence.count() == 1
    assert "Your answer is not sent yet" in page.text
    for text in ("We closed it\nin May.", 'value="2031-01-31"', "checked"):
        assert text in page.text
    # It can be sent as it stands: the file has not made it out of date.
    answered = client.post(url(invitation, "finding", finding), shown(page))
    assert answered.status_code == 302
    finding.refresh_from_db()
    assert (finding.response, finding.status) == ("We closed it\nin May.", "remedied")


def test_a_refused_file_leaves_what_was_typed_too(invitation: Invitation, finding: Finding) -> None:
    files = url(invitation, "finding-files", finding)
    bad = SimpleUploadedFile("run.exe", b"MZ")
    page = sent(browser(invitation), files, finding, **TYPED, title="Our report", file=bad)
    assert page.status_code == 422
    assert "run.exe" in page.text
    assert "We closed it\nin May." in page.text
    assert 'value="Our report"' in page.text
    assert "This field is required" not in page.text


def test_an_answer_that_stands_already_is_not_called_unsent(
    invitation: Invitation, finding: Finding
) -> None:
    client = browser(invitation)
    answer = {"response": TYPED["response"], "planned_on": TYPED["planned_on"]}
    assert sent(client, url(invitation, "finding", finding), finding, **answer).status_code == 302
    finding.refresh_from_db()
    files = url(invitation, "finding-files", finding)
    assert sent(client, files, finding, **answer, file=pdf()).status_code == 302


def test_the_files_chosen_beside_an_answer_are_sent_with_it(
    invitation: Invitation, finding: Finding
) -> None:
    here = url(invitation, "finding", finding)
    assert sent(browser(invitation), here, finding, **TYPED, file=pdf()).status_code == 302
    finding.refresh_from_db()
    assert finding.evidence.count() == 1
    assert finding.response.startswith("We closed it")


def test_a_refused_answer_keeps_its_file_and_can_be_sent_again(
    invitation: Invitation, finding: Finding
) -> None:
    client, here = browser(invitation), url(invitation, "finding", finding)
    page = sent(client, here, finding, response="We will.", planned_on="2001-01-01", file=pdf())
    assert page.status_code == 422
    assert finding.evidence.count() == 1
    assert "We will." in page.text
    assert client.post(here, {**shown(page), "planned_on": ""}).status_code == 302


def test_a_refused_file_beside_an_answer_is_said_and_the_answer_sent(
    invitation: Invitation, finding: Finding
) -> None:
    bad = SimpleUploadedFile("run.exe", b"MZ")
    here = url(invitation, "finding", finding)
    page = sent(browser(invitation), here, finding, **TYPED, title="Our report", file=bad)
    assert page.status_code == 422
    assert "run.exe" in page.text
    assert 'value="Our report"' in page.text
    assert "Your answer was sent." in page.text
    finding.refresh_from_db()
    assert finding.response.startswith("We closed it")


def test_what_is_sent_after_the_finding_was_closed_stands_on_the_page_that_says_so(
    invitation: Invitation, finding: Finding, legal: Person
) -> None:
    client, version = browser(invitation), finding.version
    findings.close(
        finding=finding, version=version, reason="Settled.", verified_by=legal.user, by=SYSTEM
    )
    for name in ("finding", "finding-files"):
        page = sent(client, url(invitation, name, finding), finding, **TYPED, file=pdf())
        assert page.status_code == 409
        assert "We closed it" in page.text
    assert finding.evidence.count() == 0


def test_an_answer_out_of_date_is_still_out_of_date_after_a_file(
    invitation: Invitation, finding: Finding, legal: Person
) -> None:
    client, old = browser(invitation), finding.version
    changed = finding_answers.share(
        finding=finding, version=old, shared=True, word="Look again.", by=legal.principal
    )
    assert changed.version > old
    page = client.post(
        url(invitation, "finding-files", finding),
        {"version": old, "kind": "other", **TYPED, "file": pdf()},
    )
    assert page.status_code == 200
    assert client.post(url(invitation, "finding", finding), shown(page)).status_code == 409
