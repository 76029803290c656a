"""Pages in German, Chinese and Vietnamese: whole, readable, and nothing sticks out."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.browser.conftest import AxeCheck, Look, OpenPage, Shoot, assert_fits
from tests.browser.test_autosave import sign_in
from tests.factories.assessments import make_assessment
from tests.personas import Person

pytestmark = pytest.mark.browser

OpenSection = Callable[..., Page]

#: Code -> the browser's locale, and a question of the built-in questionnaire.
LANGUAGES = {
    "de": ("de-DE", "Wo sind unsere Daten verschlüsselt?"),
    "zh-hans": ("zh-CN", "我方数据在哪些环节加密"),
    "vi": ("vi-VN", "Dữ liệu của chúng tôi được mã hóa ở đâu?"),
}
#: Words of ours that stand on such pages in English only.
ENGLISH = re.compile(r"\b(the|your|and|you|is|are|not|with|Save|Why we ask)\b")


def _english(page: Page, within: str) -> list[str]:
    """Lines of the part that are in English and do not say so."""
    text: str = page.evaluate(
        """within => {
          const part = document.querySelector(within).cloneNode(true);
          const apart = "[lang^=en], script, template, .key, .site-header__unit";
          for (const one of part.querySelectorAll(apart)) one.remove();
          return part.innerText;
        }""",
        within,
    )
    return [line for line in text.splitlines() if ENGLISH.search(line)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_vendor_is_met_in_the_language_of_their_browser(
    open_page: OpenPage, look: Look, code: str
) -> None:
    page = open_page(locale=LANGUAGES[code][0])
    page.goto(reverse("portal:fresh"))
    expect(page.locator("html")).to_have_attribute("lang", code)
    assert _english(page, "body") == []
    look(page, f"portal-fresh-{code}")


@pytest.fixture
def section(
    open_page: OpenPage, live_server: LiveServer, procurement: Person, unit: BusinessUnit
) -> OpenSection:
    """Open the section on technology as somebody who reads a language."""

    def open_(code: str, **size: int) -> Page:
        assessment = make_assessment(unit, questionnaire=builtin(), tier="critical")
        procurement.user.language = code
        procurement.user.save(update_fields=["language"])
        page = open_page(**size)
        sign_in(page, procurement, live_server)
        page.goto(reverse("assessments:section", args=[assessment.pk, "technology"]))
        return page

    return open_


@pytest.mark.parametrize("code", LANGUAGES)
def test_questions_are_asked_in_the_readers_language(
    section: OpenSection, shoot: Shoot, assert_no_axe_violations: AxeCheck, code: str
) -> None:
    page = section(code)
    expect(page.get_by_role("group", name=LANGUAGES[code][1])).to_be_visible()
    assert_no_axe_violations(page)
    shoot(page, f"section-{code}")
    page.set_viewport_size({"width": 400, "height": 800})
    assert_fits(page)
    shoot(page, f"section-{code}")
