"""The portal without a mouse, and without JavaScript."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import BusinessUnit
from assessments.selectors.assessments import answers_of
from assessments.selectors.proof import evidence_of
from tests.browser.conftest import OpenPage
from tests.browser.visiting import visitor
from tests.factories.assessments import make_assessment
from tests.factories.evidence import pdf_bytes
from tests.factories.portal import invited

pytestmark = pytest.mark.browser


def at_hand(page: Page) -> str:
    """What has the focus: its name, and its value where several share one."""
    found: str = page.evaluate(
        """() => {
          const { name, tagName, type, value } = document.activeElement;
          return ["radio", "checkbox"].includes(type) ? `${name}=${value}` : name || tagName;
        }"""
    )
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something has the focus; whatever has it on the way can be seen whole."""
    passed: list[str] = []
    for _press in range(80):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => {
              const on = document.activeElement.getBoundingClientRect();
              const line = document.querySelector("[data-save-state]").getBoundingClientRect();
              return on.height > 0 && on.bottom > line.top + 1 && on.top < line.bottom - 1;
            }"""
        )
        passed.append(at_hand(page))
        if passed[-1] == wanted:
            return
        assert passed[-1] != "BODY", f"Tab never comes to {wanted}, only to {passed}"
        assert not covered, f"{passed[-1]} has the focus beneath the line at the bottom"
    pytest.fail(f"Tab never comes to {wanted}.")


def test_a_section_is_answered_with_the_keyboard_alone(
    open_page: OpenPage, unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    page = visitor(open_page, invitation, height=500)
    page.goto(reverse("portal:section", args=[invitation.pk, "secrets"]))
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    # "No answer yet" is chosen; the arrow goes on to the first answer.
    tab_to(page, "q-subcontracts=")
    page.keyboard.press("ArrowDown")
    bound = page.get_by_role("group", name="Are subcontractors bound in writing?")
    expect(bound).to_be_visible()
    tab_to(page, "q-bound=")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "q-measures=locks")
    page.keyboard.press("Space")
    tab_to(page, "q-remarks")
    page.keyboard.type("No mouse was here")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    tab_to(page, "go")
    page.get_by_role("button", name="Save and continue").press("Enter")
    expect(page.locator(".task-progress")).to_be_visible()
    there = answers_of(assessment)
    assert there["subcontracts"].value == "yes"
    assert there["bound"].value == "no"
    assert there["measures"].value == ["locks"]
    assert there["remarks"].value == "No mouse was here"


def test_enter_in_a_field_saves_and_stays(open_page: OpenPage, unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    page = visitor(open_page, invitation)
    here = reverse("portal:section", args=[invitation.pk, "secrets"])
    page.goto(here)
    page.get_by_role("group", name="Do you subcontract?").get_by_label("Yes").check()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(here)
    assert answers_of(assessment)["subcontracts"].value == "yes"


def test_everything_works_without_scripts(
    open_page: OpenPage, unit: BusinessUnit, tmp_path: Path
) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    page = visitor(open_page, invitation, java_script_enabled=False)
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("group", name="How fast are inventions disclosed?").get_by_label(
        "At once"
    ).check()
    # Pressing a button beside a question saves what was typed first.
    page.get_by_role("button", name="Add evidence").click()
    assert answers_of(assessment)["discloses"].value == "at_once"
    file = tmp_path / "Register.pdf"
    file.write_bytes(pdf_bytes())
    page.get_by_label("Add files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file is beside the answer now.")).to_be_visible()
    page.get_by_role("link", name="Back to the question").click()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("group", name="Do you subcontract?").get_by_label("Yes").check()
    page.get_by_role("group", name="Which measures are in place?").get_by_label("Locks").check()
    page.get_by_role("button", name="Save and continue").click()
    # What a gate has opened is asked for before anything is submitted.
    page.get_by_role("link", name="Check and submit").click()
    page.get_by_role("link", name="Submit", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Are subcontractors bound in writing?")
    summary.get_by_role("link").first.click()
    page.locator("#row-bound").get_by_role("link").click()
    page.get_by_role("group", name="Are subcontractors bound in writing?").get_by_label(
        "Yes"
    ).check()
    page.get_by_role("button", name="Save and go back to checking").click()
    page.get_by_role("link", name="Submit", exact=True).click()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", name="Answers submitted")).to_be_visible()
    assessment.refresh_from_db()
    assert assessment.receipts.count() == 1
    assert [one.title for one in evidence_of(assessment)["discloses"]] == ["Register"]
