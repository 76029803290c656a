"""A vendor abroad answers in Vietnamese: two sittings, evidence, and a colleague for one topic.

Letters go through a real mail server; nothing but the links in them opens the portal.
"""

import re
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import delivery
from assessments.models import Answer, Assessment, PortalLink, PortalSession
from assessments.schema import Questionnaire
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.services import answers
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from tests.browser.answering import answer_section
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.browser.visiting import come_in, let_pass, link_in, said_in, text_of
from tests.factories.assessments import good_value, make_assessment, make_engagement
from tests.factories.evidence import pdf_bytes
from tests.mail_server import Inbox, free_port, listening, mail_at
from tests.personas import Person

pytestmark = pytest.mark.browser

LINH, MINH = "linh@saigon-moulds.example", "minh@saigon-moulds.example"


def vi(text: str, **slots: object) -> str:
    return said_in("vi", text, **slots)


@pytest.fixture
def inbox(live_server: LiveServer) -> Iterator[Inbox]:
    """The mail server of this installation, whose letters lead to the server of the test."""
    box, port = Inbox(), free_port()
    with listening(box, port), mail_at(port, site=live_server.url):
        yield box


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """The built-in questionnaire; what is not the vendor's to answer is answered."""
    engagement = make_engagement(unit, tier="low", vendor="Saigon Moulds")
    made = make_assessment(unit, engagement=engagement, questionnaire=builtin())
    questionnaire = schema_of(made)
    for _round in range(3):
        stored = answers_of(made)
        ours = {
            key: AnswerInput(good_value(questionnaire.by_key[key].question))
            for key in visible_questions(questionnaire, made, stored)
            if questionnaire.by_key[key].question.respondent != "vendor" and key not in stored
        }
        answers.save(assessment=made, values=ours, by=SYSTEM)
    return made


def mailed(inbox: Inbox, *, to: str) -> str:
    """The link in the newest letter to somebody, once the queue has been sent."""
    delivery.deliver()
    return link_in(next(one for one in reversed(inbox.letters) if one["To"] == to))


def scan(address: str) -> None:
    """Open a link as a mail scanner does: more than once, without a browser."""
    for method in ("HEAD", "GET", "GET", "HEAD", "GET"):
        request = urllib.request.Request(address, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200
            assert "portal=" not in str(answer.headers["Set-Cookie"])


def ask_the_vendor(
    page: Page, live_server: LiveServer, staff: Person, assessment: Assessment, look: Look
) -> None:
    """Procurement adds a contact and sends the questions."""
    sign_in(page, staff, live_server)
    page.goto(f"/assessments/{assessment.pk}/")
    page.get_by_role("link", name="Send to the vendor and see progress").click()
    expect(page.get_by_text("Nobody at the vendor has been asked yet")).to_be_visible()
    look(page, "story-1-nobody-asked")
    page.get_by_role("link", name="Send to the vendor").click()
    page.get_by_role("link", name="Add a contact").click()
    page.get_by_label("Name").fill("Linh Trần")
    page.get_by_label("E-mail address").fill(LINH)
    page.get_by_label("Position").fill("Head of quality")
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Time zone").select_option("Asia/Ho_Chi_Minh")
    look(page, "story-2-add-a-contact")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Linh Trần").check()
    page.get_by_label("Message").fill("Xin chào Linh, cảm ơn chị.")
    look(page, "story-3-send")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("A link is on its way to 1 contact.")).to_be_visible()
    look(page, "story-4-sent")


def answer_with_evidence(page: Page, questionnaire: Questionnaire, look: Look) -> None:
    """The topic that is open: every question, and a document beside the first one."""
    [first, *_rest] = answer_section(page, questionnaire, "vi")
    look(page, "story-7-section")
    page.locator(f"[data-question='{first}']").get_by_role(
        "button", name=vi("Add evidence")
    ).click()
    look(page, "story-8-evidence")
    content = pdf_bytes("agreement")
    page.get_by_label(vi("Add files"), exact=True).set_input_files(
        {"name": "Thỏa thuận.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_label(vi("Valid until")).fill("2031-05-01")
    page.get_by_role("button", name=vi("Add the file")).click()
    expect(page.get_by_text(vi("The file is beside the answer now."))).to_be_visible()
    look(page, "story-9-evidence-there")
    with page.expect_download() as handed:
        page.get_by_role("link", name="Thỏa thuận").click()
    assert Path(handed.value.path()).read_bytes() == content
    page.get_by_role("link", name=vi("Back to the question")).click()
    expect(page.get_by_role("list", name=vi("Evidence"))).to_contain_text("Thỏa thuận")


def hand_on(page: Page, topic: str, look: Look) -> None:
    """Give a topic to a colleague."""
    page.get_by_role("link", name=topic).click()
    page.get_by_role("button", name=vi("Hand on to a colleague")).click()
    page.get_by_label(vi("Your colleague's name")).fill("Minh Lê")
    page.get_by_label(vi("E-mail address")).fill(MINH)
    page.get_by_label(vi("Message")).fill("Anh trả lời phần này giúp em.")
    look(page, "story-10-hand-on")
    page.get_by_role("button", name=vi("Send the link")).click()
    expect(page.get_by_text(vi("Your colleague gets a letter with a link."))).to_be_visible()
    look(page, "story-11-handed-on")


def test_a_vendor_abroad_answers_over_two_sittings_with_evidence_and_a_colleague(
    open_page: OpenPage,
    live_server: LiveServer,
    procurement: Person,
    assessment: Assessment,
    inbox: Inbox,
    look: Look,
) -> None:
    questionnaire = schema_of(assessment)
    titles = {one.key: one.title.text_for("vi") for one in questionnaire.sections}
    staff = open_page()
    ask_the_vendor(staff, live_server, procurement, assessment, look)

    # The letter is in Vietnamese, and a scanner that opens its link spends nothing.
    first_link = mailed(inbox, to=LINH)
    assert vi("Open this link to begin:") in text_of(inbox.letters[-1])
    assert "Xin chào Linh" in text_of(inbox.letters[-1])
    scan(first_link)
    assert PortalLink.objects.filter(used_at=None).count() == 1
    assert not PortalSession.objects.exists()

    # The first sitting.
    linh = open_page(locale="vi-VN")
    linh.goto(first_link)
    expect(linh.locator("html")).to_have_attribute("lang", "vi")
    look(linh, "story-5-enter")
    come_in(linh, first_link, "vi")
    look(linh, "story-6-start")
    linh.get_by_role("link", name=vi("Start"), exact=True).click()
    expect(linh).to_have_url(re.compile("/sections/"))
    here = linh.url
    answer_with_evidence(linh, questionnaire, look)
    linh.get_by_role("button", name=vi("Save and continue")).click()
    expect(linh).not_to_have_url(re.compile(re.escape(here)))
    answer_section(linh, questionnaire, "vi")
    linh.get_by_role("button", name=vi("Save and come back later")).click()
    hand_on(linh, titles["technology"], look)
    linh.context.close()

    # The colleague sees that topic, and nothing else.
    minh = open_page(locale="vi-VN")
    come_in(minh, mailed(inbox, to=MINH), "vi")
    expect(minh.locator(".task")).to_have_count(1)
    look(minh, "story-12-colleague")
    minh.get_by_role("link", name=titles["technology"]).click()
    theirs = answer_section(minh, questionnaire, "vi")
    minh.get_by_role("button", name=vi("I have finished this topic")).click()
    expect(minh.get_by_text(vi("Thank you. Whoever asked you has been told."))).to_be_visible()
    delivery.deliver()
    assert inbox.letters[-1]["To"] == LINH
    assert titles["technology"] in text_of(inbox.letters[-1])

    # Days later the visit is over, and the old link is spent; a fresh one is asked for.
    let_pass(timedelta(days=4))
    linh = open_page(locale="vi-VN")
    linh.goto(here)
    expect(linh.get_by_role("heading", name=vi("Your visit has ended"))).to_be_visible()
    look(linh, "story-13-ended")
    linh.goto(first_link)
    expect(linh.locator("[data-link-state='used']")).to_be_visible()
    look(linh, "story-14-used")
    linh.goto(here)
    linh.get_by_role("link", name=vi("Ask for a fresh link")).first.click()
    linh.get_by_label(vi("Your e-mail address")).fill(LINH)
    linh.get_by_role("button", name=vi("Send me a fresh link")).click()
    look(linh, "story-15-fresh-link")
    come_in(linh, mailed(inbox, to=LINH), "vi")
    look(linh, "story-16-second-sitting")
    mine = finish(linh, questionnaire)

    linh.get_by_role("link", name=vi("Check and submit")).click()
    expect(linh.get_by_text(vi("Every question is answered."))).to_be_visible()
    look(linh, "story-17-check")
    linh.get_by_role("link", name=vi("Submit"), exact=True).click()
    look(linh, "story-18-submit")
    linh.get_by_role("button", name=vi("Submit"), exact=True).click()
    expect(linh.get_by_role("heading", name=vi("Answers submitted"))).to_be_visible()
    look(linh, "story-19-receipt")
    with linh.expect_download() as handed:
        linh.get_by_role("link", name=vi("Download the receipt (PDF)")).click()
    pages = PdfReader(BytesIO(Path(handed.value.path()).read_bytes())).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert assessment.receipts.get().sha256 in text
    linh.get_by_role("link", name=vi("Leave"), exact=True).click()
    linh.get_by_role("button", name=vi("Leave"), exact=True).click()
    expect(linh.get_by_role("heading", name=vi("You have left"))).to_be_visible()
    look(linh, "story-20-left")

    # In the house: submitted, and who answered what.
    staff.goto(f"/assessments/{assessment.pk}/")
    expect(staff.get_by_text("Submitted").first).to_be_visible()
    staff.goto(f"/assessments/{assessment.pk}/answers/")
    for key, who in ((mine[0], "Linh Trần"), (theirs[0], "Minh Lê")):
        expect(staff.locator(f"#q-{key}")).to_contain_text(who)
    look(staff, "story-21-answers")
    staff.goto(reverse("assessments:sending", args=[assessment.pk]))
    expect(staff.get_by_role("row").filter(has_text="Minh Lê")).to_contain_text("Linh Trần")
    expect(staff.get_by_role("row").filter(has_text="Minh Lê")).to_contain_text("Finished")
    expect(staff.get_by_role("row").filter(has_text=LINH)).to_contain_text("Submitted")
    expect(staff.get_by_text("8 of 8 of the vendor's questions answered")).to_be_visible()
    look(staff, "story-22-sending")
    rows = Answer.objects.filter(assessment=assessment, answered_by_contact__isnull=False)
    by = {row.question_key: row.answered_by_contact.name for row in rows if row.answered_by_contact}
    assert {by[key] for key in theirs} == {"Minh Lê"}
    assert {by[key] for key in mine} == {"Linh Trần"}


def finish(page: Page, questionnaire: Questionnaire) -> list[str]:
    """Answer topic after topic until none is left, as the task list leads."""
    done: list[str] = []
    while (further := page.get_by_role("link", name=vi("Continue"), exact=True)).count():
        further.click()
        done += answer_section(page, questionnaire, "vi")
        page.get_by_role("button", name=vi("Save and come back later")).click()
        expect(page.locator(".task-progress")).to_be_visible()
    return done
