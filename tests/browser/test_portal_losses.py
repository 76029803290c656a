"""In the portal nothing that was typed is lost, whatever fails while it is being saved."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import BusinessUnit
from assessments.models import Answer, Assessment, Invitation
from assessments.selectors.assessments import answers_of
from assessments.selectors.proof import evidence_of
from assessments.services import assessments, invitations
from tests.browser.conftest import Look, OpenPage
from tests.browser.visiting import come_in, let_pass, visitor
from tests.factories.assessments import make_assessment
from tests.factories.evidence import pdf_bytes
from tests.factories.findings import make_finding
from tests.factories.portal import answer_theirs, invited, new_link, principal_of
from tests.personas import Person
from tests.vendors.evidence.stores import everything_in, small_disk
from vendors.models import Evidence, EvidenceFile
from vendors.services import finding_answers

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d$")
REMARKS = "What else should we know?"
OpenSection = Callable[[], Page]


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """A draft of the small questionnaire."""
    return make_assessment(unit)


@pytest.fixture
def invitation(assessment: Assessment) -> Invitation:
    """A contact who was asked to answer all of it."""
    return invited(assessment, name="Linh Trần")


@pytest.fixture
def section(open_page: OpenPage, invitation: Invitation) -> OpenSection:
    """Open the section about secrets in a browser in which the contact has come in."""

    def open_() -> Page:
        page = visitor(open_page, invitation)
        page.goto(address(invitation))
        return page

    return open_


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where this test's evidence lies."""
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "evidence")},
        },
    }
    return tmp_path / "evidence"


def address(invitation: Invitation) -> str:
    return reverse("portal:section", args=[invitation.pk, "secrets"])


def remarks(page: Page) -> str:
    return page.get_by_role("textbox", name=REMARKS).input_value()


def stored(assessment: Assessment, key: str = "remarks") -> object:
    found = answers_of(assessment).get(key)
    return found.value if found else None


def test_offline_the_text_stays_and_is_saved_when_the_line_is_back(
    section: OpenSection, assessment: Assessment, look: Look
) -> None:
    page = section()
    page.context.set_offline(True)
    page.get_by_role("textbox", name=REMARKS).fill("Typed on a ferry")
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    look(page, "portal-offline")
    # The button does not lead to the browser's own page about a lost connection.
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment) == "Typed on a ferry"


def test_a_visit_that_ends_while_typing_is_begun_again_in_another_tab(
    section: OpenSection, assessment: Assessment, invitation: Invitation, look: Look
) -> None:
    page = section()
    let_pass(timedelta(days=1))
    page.get_by_role("textbox", name=REMARKS).fill("Typed over lunch")
    expect(page.get_by_text("your visit has ended")).to_be_visible()
    look(page, "portal-ended-while-typing")
    assert stored(assessment) is None
    # A link out of a letter opens in a tab of its own; the first one saves as soon as it can.
    other = page.context.new_page()
    come_in(other, new_link(invitation).path)
    other.close()
    page.bring_to_front()
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment) == "Typed over lunch"


def test_an_invitation_that_ends_while_typing_says_so_and_leaves_the_text_to_be_copied(
    section: OpenSection, invitation: Invitation, procurement: Person
) -> None:
    page = section()
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    invitations.revoke(invitation=invitation, reason="Wrong person", by=procurement.principal)
    page.get_by_role("textbox", name=REMARKS).fill("Typed for nobody")
    expect(page.get_by_text("this invitation has ended. Copy what you typed")).to_be_visible()
    assert remarks(page) == "Typed for nobody"
    expect(page.get_by_role("button", name="Try again now")).to_be_hidden()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("This was not saved any more")).to_be_visible()
    expect(page.get_by_text("Typed for nobody")).to_be_visible()


def test_leaving_takes_what_waits_to_be_saved_out_of_the_tab_and_nothing_of_others(
    section: OpenSection, invitation: Invitation
) -> None:
    page = section()
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    page.evaluate("sessionStorage.setItem('surety-autosave:another:/x/', '{}')")
    page.route("**/answers/**", lambda route: route.abort())
    page.get_by_role("textbox", name=REMARKS).fill("For nobody else's eyes")
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    kept = "JSON.stringify(Object.entries(sessionStorage))"
    assert "nobody else's eyes" in page.evaluate(kept)
    page.goto(reverse("portal:leave", args=[invitation.pk]))
    assert "nobody else's eyes" in page.evaluate(kept)
    page.get_by_role("main").get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    page.wait_for_load_state()
    assert f"surety-autosave:{invitation.pk}" not in page.evaluate(kept)
    assert "surety-autosave:another:" in page.evaluate(kept)


def test_a_visit_that_ended_is_begun_again_in_the_same_tab_and_the_text_is_restored(
    section: OpenSection, assessment: Assessment, invitation: Invitation
) -> None:
    page = section()
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    let_pass(timedelta(days=1))
    page.get_by_role("textbox", name=REMARKS).fill("Typed over lunch")
    expect(page.get_by_text("your visit has ended")).to_be_visible()
    come_in(page, new_link(invitation).path)
    page.goto(address(invitation))
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert remarks(page) == "Typed over lunch"
    assert stored(assessment) == "Typed over lunch"


def test_saving_after_the_visit_has_ended_keeps_the_text_on_the_page(
    open_page: OpenPage, assessment: Assessment, invitation: Invitation, look: Look
) -> None:
    page = visitor(open_page, invitation, java_script_enabled=False)
    page.goto(address(invitation))
    let_pass(timedelta(days=1))
    page.get_by_role("textbox", name=REMARKS).fill("Typed without scripts")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Your visit has ended")).to_be_visible()
    expect(page.get_by_text("Typed without scripts")).to_be_visible()
    other = page.context.new_page()
    come_in(other, new_link(invitation).path)
    page.get_by_role("button", name="Save what I typed").click()
    expect(page.get_by_role("heading", name="Your visit has ended")).to_have_count(0)
    assert stored(assessment) == "Typed without scripts"


@pytest.mark.parametrize("size", [50_000, 3_000_000], ids=["small file", "large file"])
def test_a_full_disk_refuses_the_file_and_nothing_else(
    section: OpenSection,
    assessment: Assessment,
    folder: Path,
    tmp_path: Path,
    look: Look,
    size: int,
) -> None:
    """The limit of the system on the size of files stands in for the disk: writing fails midway."""
    page = section()
    page.get_by_role("textbox", name=REMARKS).fill("Typed before the file")
    page.get_by_role("button", name=re.compile(f"Add evidence.*{re.escape(REMARKS)}")).click()
    file = tmp_path / "Certificate.pdf"
    file.write_bytes(pdf_bytes() + b"%" * size)
    page.get_by_label("Add files", exact=True).set_input_files(file)
    page.get_by_label("Title").fill("ISO 27001 of the plant")
    page.get_by_label("Valid until").fill("2031-05-01")
    with small_disk(8_000):
        page.get_by_role("button", name="Add the file").click()
        expect(page.get_by_role("alert").get_by_text("could not be stored")).to_be_visible()
    look(page, f"portal-full-disk-{size}")
    expect(page.get_by_label("Title")).to_have_value("ISO 27001 of the plant")
    expect(page.get_by_label("Valid until")).to_have_value("2031-05-01")
    assert not Evidence.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert everything_in(folder) == []
    assert stored(assessment) == "Typed before the file"
    # There is room again.
    page.get_by_label("Add files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file is beside the answer now.")).to_be_visible()
    assert [one.title for one in evidence_of(assessment)["remarks"]] == ["ISO 27001 of the plant"]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"MZ\x90 not a document", "File"), (pdf_bytes() + b"%" * 30_000, "too large")],
    ids=["not what its name says", "too large"],
)
def test_a_refused_file_keeps_what_was_typed_beside_it(
    section: OpenSection,
    settings: Settings,
    folder: Path,
    tmp_path: Path,
    look: Look,
    content: bytes,
    why: str,
) -> None:
    settings.EVIDENCE_MAX_BYTES = 20_000
    page = section()
    page.get_by_role("button", name=re.compile(f"Add evidence.*{re.escape(REMARKS)}")).click()
    file = tmp_path / "Report.pdf"
    file.write_bytes(content)
    page.get_by_label("Add files", exact=True).set_input_files(file)
    page.get_by_label("Title").fill("Report of the audit")
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("alert").get_by_text(why).first).to_be_visible()
    look(page, f"portal-refused-file-{len(content)}")
    expect(page.get_by_label("Title")).to_have_value("Report of the audit")
    assert everything_in(folder) == []
    assert not Evidence.objects.exists()


def test_an_answer_to_a_finding_outlives_a_file_that_is_added_below_it(
    open_page: OpenPage,
    invitation: Invitation,
    legal: Person,
    folder: Path,
    tmp_path: Path,
) -> None:
    assessment = invitation.assessment
    row = make_finding(assessment.unit, vendor=assessment.vendor)
    finding_answers.share(finding=row, version=1, shared=True, by=legal.principal)
    page = visitor(open_page, invitation, java_script_enabled=False)
    page.goto(reverse("portal:finding", args=[invitation.pk, row.pk]))
    page.get_by_label("What you have done or will do about it").fill("We moved the drawings.")
    file = tmp_path / "Report.pdf"
    file.write_bytes(pdf_bytes())
    page.get_by_label("Add files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file was sent.")).to_be_visible()
    expect(page.get_by_label("What you have done or will do about it")).to_have_value(
        "We moved the drawings."
    )
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer was sent.")).to_be_visible()
    row.refresh_from_db()
    assert (row.response, row.evidence.count()) == ("We moved the drawings.", 1)
    assert everything_in(folder) != []


def test_the_older_of_two_tabs_is_told_of_both_values(
    section: OpenSection, assessment: Assessment, invitation: Invitation, look: Look
) -> None:
    older = section()
    newer = older.context.new_page()
    newer.goto(address(invitation))
    newer.get_by_role("textbox", name=REMARKS).fill("From the newer tab")
    expect(newer.get_by_text(SAVED)).to_be_visible()
    older.get_by_role("textbox", name=REMARKS).fill("From the older tab")
    panel = older.get_by_role("group").filter(has_text="changed this answer")
    for value in ("From the newer tab", "From the older tab"):
        expect(panel.locator("blockquote").filter(has_text=value)).to_be_visible()
    look(older, "portal-two-tabs")
    assert stored(assessment) == "From the newer tab"
    panel.get_by_role("button", name="Keep mine").click()
    expect(older.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment) == "From the older tab"


def test_without_scripts_the_older_tab_gets_a_page_with_both_values(
    open_page: OpenPage, assessment: Assessment, invitation: Invitation, look: Look
) -> None:
    older = visitor(open_page, invitation, java_script_enabled=False)
    older.goto(address(invitation))
    newer = visitor(open_page, invitation)
    newer.goto(address(invitation))
    newer.get_by_role("textbox", name=REMARKS).fill("From the newer tab")
    expect(newer.get_by_text(SAVED)).to_be_visible()
    older.get_by_role("textbox", name=REMARKS).fill("From the older tab")
    older.get_by_role("button", name="Save and continue").click()
    for value in ("From the newer tab", "From the older tab"):
        expect(older.locator("blockquote").filter(has_text=value)).to_be_visible()
    assert stored(assessment) == "From the newer tab"
    older.get_by_label("Keep mine").check()
    older.get_by_role("button", name="Save my choice").click()
    expect(older.get_by_label("Keep mine")).to_have_count(0)
    assert stored(assessment) == "From the older tab"


def test_whoever_types_while_a_colleague_submits_can_copy_the_text(
    section: OpenSection, assessment: Assessment, invitation: Invitation, look: Look
) -> None:
    page = section()
    by = principal_of(invitation)
    answer_theirs(assessment, by)
    assessments.submit(assessment=assessment, by=by)
    page.get_by_role("textbox", name=REMARKS).fill("Typed too late")
    expect(page.get_by_text("Copy what you typed")).to_be_visible()
    look(page, "portal-submitted-meanwhile")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert").get_by_text("Typed too late")).to_be_visible()
    # Of the house's own steps and roles nothing is said, and nothing stands where fields were.
    expect(page.get_by_role("alert")).not_to_contain_text("procurement")
    expect(page.get_by_text("None", exact=True)).to_have_count(0)
    look(page, "portal-typed-too-late")


def test_submitting_twice_makes_one_receipt(
    open_page: OpenPage, assessment: Assessment, invitation: Invitation
) -> None:
    answer_theirs(assessment, principal_of(invitation))
    first = visitor(open_page, invitation)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(reverse("portal:submit", args=[invitation.pk]))
    first.get_by_role("button", name="Submit").dblclick()
    expect(first.get_by_role("heading", name="Answers submitted")).to_be_visible()
    second.get_by_role("button", name="Submit").click()
    expect(second.get_by_text("The answers have been submitted.")).to_be_visible()
    assert assessment.receipts.count() == 1
    assert Answer.objects.filter(assessment=assessment, answered_by_contact=None).count() == 0
