"""What was found, the workbook and the messages, in a real browser, as the vendor's people and as
those who asked see them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.exchange.offline_out import ANSWER
from assessments.models import Invitation, ThreadSeen
from assessments.services import handover, threads
from tests.browser.conftest import Look, OpenPage
from tests.factories.answer_books import fill
from tests.factories.assessments import make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import browser, invited
from tests.personas import Person
from vendors.services import finding_answers

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()


def come_in(page: Page, invitation: Invitation, live_server: LiveServer) -> None:
    token = browser(invitation).cookies["portal"].value
    page.context.add_cookies([{"name": "portal", "value": token, "url": live_server.url}])


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_a_finding_is_answered_in_vietnamese(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    legal: Person,
    procurement: Person,
    *,
    look: Look,
) -> None:
    invitation = invited(make_assessment(unit), language="vi")
    assessment = invitation.assessment
    finding = make_finding(
        unit,
        vendor=assessment.vendor,
        detail="Two drawings came back as attachments, without encryption.",
    )
    finding_answers.share(
        finding=finding, version=1, shared=True, word="How do they travel now?", by=legal.principal
    )
    page = open_page()
    come_in(page, invitation, live_server)
    page.goto(f"/portal/{invitation.pk}/")
    page.get_by_role("link", name="Xem và trả lời").click()
    look(page, "portal-findings-vi")
    page.get_by_role("link", name=finding.title).click()
    page.get_by_label("Bạn đã hoặc sẽ làm gì về việc này").fill("Chúng tôi dùng cổng trao đổi tệp.")
    look(page, "portal-finding-vi")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.get_by_text("Đã gửi câu trả lời của bạn.")).to_be_visible()
    page.get_by_role("link", name="Tôi không đồng ý").click()
    look(page, "portal-dispute-vi")
    staff = open_page()
    sign_in(staff, procurement, live_server)
    staff.goto(f"/findings/{finding.pk}/contacts/")
    expect(staff.get_by_text(invitation.contact.email).first).to_be_visible()
    look(staff, "finding-contacts")


def test_a_workbook_is_compared_and_taken(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    *,
    look: Look,
    tmp_path: Path,
) -> None:
    invitation = invited(make_assessment(unit))
    page = open_page()
    come_in(page, invitation, live_server)
    page.goto(f"/portal/{invitation.pk}/")
    look(page, "portal-start")
    page.get_by_role("link", name="Answer in a workbook").click()
    look(page, "portal-workbook")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download the workbook").click()
    file = tmp_path / "filled.xlsx"
    file.write_bytes(fill(Path(got.value.path()).read_bytes(), {("discloses", ANSWER): "Never"}))
    assert got.value.suggested_filename.endswith(".xlsx")
    page.get_by_label("Filled-in workbook").set_input_files(file)
    page.get_by_role("button", name="Compare with what is here").click()
    look(page, "portal-workbook-compared")
    page.get_by_role("button", name="Save what is ticked").click()
    expect(page.get_by_text("1 answer was saved.")).to_be_visible()


def test_a_message_is_read_by_being_looked_at_and_answered_by_staff(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    legal: Person,
    *,
    look: Look,
) -> None:
    invitation = invited(make_assessment(unit))
    assessment = invitation.assessment
    threads.say(
        assessment=assessment,
        question_key="discloses",
        body="Which register is meant?",
        internal=False,
        by=legal.principal,
    )
    page = open_page()
    come_in(page, invitation, live_server)
    page.goto(f"/portal/{invitation.pk}/questions/discloses/messages/")
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    look(page, "portal-messages")
    assert ThreadSeen.objects.filter(contact=invitation.contact).count() == 1
    page.get_by_label("Your message").fill("The one of Hanoi.")
    page.get_by_role("button", name="Send").click()
    staff = open_page()
    sign_in(staff, legal, live_server)
    staff.goto(f"/assessments/{assessment.pk}/messages/")
    expect(staff.get_by_text("The one of Hanoi.")).to_be_visible()
    look(staff, "assessment-messages")


def test_declining_and_being_taken_back_have_pages_of_their_own(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    *,
    look: Look,
) -> None:
    invitation = invited(make_assessment(unit))
    page = open_page()
    come_in(page, invitation, live_server)
    page.goto(f"/portal/{invitation.pk}/decline/")
    look(page, "portal-decline")
    handover.take_back(assessment=invitation.assessment, reason="Not now", by=procurement.principal)
    page.goto(f"/portal/{invitation.pk}/")
    expect(page.get_by_role("heading", name="The questions were taken back")).to_be_visible()
    look(page, "portal-taken-back")
