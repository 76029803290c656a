"""Evidence in a real browser: put beside an answer, handed out as a file, used again."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.selectors.proof import evidence_of
from assessments.services import answers
from assessments.services.answers import AnswerInput
from tests.browser.conftest import Look, OpenPage
from tests.factories.assessments import make_assessment
from tests.factories.evidence import make_evidence, pdf_bytes
from tests.personas import Person
from tests.vendors.evidence.stores import small_disk
from vendors.models import Evidence, Vendor

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_is_put_beside_an_answer_and_handed_out_again(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    *,
    look: Look,
    tmp_path: Path,
    scripts: bool,
) -> None:
    assessment = make_assessment(unit)
    answers.save(assessment=assessment, values={"assigns": AnswerInput("yes")}, by=SYSTEM)
    file = tmp_path / "Ownership clause.pdf"
    file.write_bytes(pdf_bytes("clause"))
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto(f"/assessments/{assessment.pk}/sections/ownership/")
    expect(page.get_by_text("Evidence is missing")).to_be_visible()
    # Without a mouse, and without losing what was typed before.
    page.get_by_role("button", name=re.compile("Add evidence.*Does the contract assign")).press(
        "Enter"
    )
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_label("Kind").select_option("contract")
    page.get_by_label("Valid until").fill("2031-05-01")
    if scripts:
        look(page, "evidence-beside-an-answer")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.get_by_text("1 document was added")).to_be_visible()
    page.get_by_role("link", name="Back").first.click()
    expect(page.get_by_text("Evidence is missing")).to_have_count(0)
    if scripts:
        page.goto(f"/assessments/{assessment.pk}/sections/ownership/")
        look(page, "evidence-in-a-section")
    with page.expect_download() as handed:
        page.get_by_role("link", name="Ownership clause", exact=True).click()
    assert handed.value.suggested_filename == "Ownership clause.pdf"
    assert Path(handed.value.path()).read_bytes() == file.read_bytes()
    assert [one.title for one in evidence_of(assessment)["assigns"]] == ["Ownership clause"]


def test_the_pages_of_a_vendors_evidence_look_right(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    look: Look,
) -> None:
    assessment = make_assessment(unit)
    vendor = Vendor.objects.get(pk=assessment.vendor_id)
    made = make_evidence(vendor, unit, title="Certificate of the works", kind="certificate")
    page = open_page()
    sign_in(page, procurement, live_server)
    for name, address in (
        ("evidence-list", f"/vendors/{vendor.pk}/evidence/"),
        ("evidence-add", f"/vendors/{vendor.pk}/evidence/add/"),
        ("evidence-document", f"/evidence/{made.pk}/"),
        ("evidence-certificate", f"/evidence/{made.pk}/certificate/"),
        ("evidence-certificates", f"/assessments/{assessment.pk}/certificates/"),
    ):
        page.goto(address)
        look(page, name)


@pytest.mark.parametrize("size", [50_000, 3_000_000], ids=["small file", "large file"])
def test_a_full_disk_refuses_the_files_and_keeps_what_was_typed(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    look: Look,
    tmp_path: Path,
    size: int,
) -> None:
    assessment = make_assessment(unit)
    file = tmp_path / "Clause.pdf"
    file.write_bytes(pdf_bytes() + b"%" * size)
    page = open_page()
    sign_in(page, procurement, live_server)
    page.goto(f"/assessments/{assessment.pk}/evidence/assigns/")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_label("Valid until").fill("2031-05-01")
    with small_disk(8_000):
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("could not be stored").first).to_be_visible()
    look(page, f"evidence-full-disk-{size}")
    expect(page.get_by_label("Valid until")).to_have_value("2031-05-01")
    assert not Evidence.objects.exists()
