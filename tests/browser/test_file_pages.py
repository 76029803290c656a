"""Questionnaires and answers of other layouts in a real browser, wide and at 400 px."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import QuestionnaireFile
from assessments.services import questionnaires
from tests.browser.conftest import Look, OpenPage
from tests.factories.foreign_workbooks import book_of
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person

pytestmark = pytest.mark.browser
_HEAD: list[Any] = ["ID", "Question", "Answer", "Additional Information", "Compliant Response",
         "Default Importance", "Default Weight"]  # fmt: skip
_ROWS: list[list[Any]] = [
    ["Sign-in", "", "Answer", "Additional Information", "", "", ""],
    ["AAAI-01", "Do people sign in with two factors?", "yes", "", "Yes", "Critical Importance", 20],
    ["AAAI-02", "Do you keep a list of who may sign in?", "NO", "Next year.", "Yes",
     "Standard Importance", 10],
    ["Data", "", "Answer", "Additional Information", "", "", ""],
    ["DATA-01", "Do you sell what you are given?", "No", "", "No", "Critical Importance", 20],
    ["DATA-02", "Where is it kept?", "In two towns.", "", "Not scored", "", ""],
    ["DATA-03", "Is it copied at night?", "N/A", "Nothing changes.", "Yes", "Minor Importance", 5],
    ["DATA-04", "Is it deleted at the end?", "Perhaps", "", "Yes", "Minor Importance", 5],
]  # fmt: skip


def _sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_a_workbook_is_mapped_published_and_its_answers_taken(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    admin: Person,
    procurement: Person,
    *,
    look: Look,
    tmp_path: Path,
) -> None:
    engagement = make_engagement(make_vendor(unit, name="Plain Planning"), unit)
    file = tmp_path / "HECVAT of Plain Planning.xlsx"
    file.write_bytes(book_of({"Questions": [_HEAD, *_ROWS]}))
    page = open_page()
    _sign_in(page, admin, live_server)
    page.goto("/questionnaire-files/")
    look(page, "questionnaire-files")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look through the file").press("Enter")
    expect(page.get_by_role("heading", name="What the file means")).to_be_visible()
    expect(page.get_by_label("Default Weight")).to_have_value("weight")
    look(page, "foreign-mapping")
    page.get_by_role("button", name="Look at the result").press("Enter")
    expect(page.get_by_role("heading", name="Score by its own rule")).to_be_visible()
    look(page, "foreign-result")
    page.get_by_role("button", name="Make it a draft").press("Enter")
    expect(page.get_by_text("The answers in the file were not taken.")).to_be_visible()
    draft = QuestionnaireFile.objects.get().questionnaire
    assert draft is not None
    questionnaires.publish_draft(draft=draft, revision=draft.revision, reason="New.", by=SYSTEM)

    _sign_in(page, procurement, live_server)
    page.goto("/filled-workbooks/?q=plain")
    look(page, "filled-workbooks")
    page.get_by_role("link", name=f"Plain Planning: {engagement.title}").click()
    page.get_by_label("Filled-in workbook").set_input_files(file)
    look(page, "filled-workbook-new")
    page.get_by_role("button", name="Look at the answers").press("Enter")
    expect(page.get_by_text("an assessment is opened with these answers")).to_be_visible()
    look(page, "filled-workbook")
    page.get_by_role("button", name="Open the assessment with what is ticked").press("Enter")
    expect(page.get_by_role("heading", name="Score by its own rule")).to_be_visible()
    look(page, "both-scores")
    page.get_by_role("link", name="By section, and how it is worked out").click()
    expect(page.get_by_role("heading", name="How it is worked out")).to_be_visible()
    look(page, "own-score")
